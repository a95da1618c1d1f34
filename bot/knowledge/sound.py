"""Words that were written as they sound: what voice input and hurried hands make of 滞纳金 (智娜金)."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache

import jieba
from pypinyin import lazy_pinyin

from bot.knowledge.terms import PAIR
from bot.language import normalise

LONGEST, SHORTEST = 4, 2  # characters of a word that is told by its sound
RUN = re.compile(r"[\u4e00-\u9fff]+")


class SoundIndex:
    """The words of the policies by their sound without its tone; `terms` are all terms the policies hold."""

    def __init__(self, words: Iterable[str], terms: Container[str]) -> None:
        self._terms = terms
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in words:
            if SHORTEST <= len(word) <= LONGEST and RUN.fullmatch(word):
                self._by_sound[_sounds(word)].append(word)

    def heard(self, text: str) -> list[str]:
        """The words that stand in a text by their sound alone, where what is written is no word."""
        plain = normalise(text)
        pieces = (piece for run in RUN.findall(plain) for piece in _pieces(run))
        found = [
            word for piece, sounds in pieces if not self._is_word(piece) for word in self._by_sound.get(sounds, ())
        ]
        return [word for word in dict.fromkeys(found) if word not in plain]

    def _is_word(self, piece: str) -> bool:
        return bool(jieba.dt.FREQ.get(piece)) or f"{PAIR}{piece}" in self._terms


def _pieces(run: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    sounds = _sounds(run)
    if len(sounds) != len(run):
        return
    for length in range(LONGEST, SHORTEST - 1, -1):
        for at in range(len(run) - length + 1):
            yield run[at : at + length], sounds[at : at + length]


@lru_cache(maxsize=65536)
def _sounds(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text))
