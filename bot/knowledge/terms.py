"""What a question and a policy are compared by: words, characters and their pairs, with synonyms made one."""

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import jieba
import yaml

from bot.language import normalise
from bot.settings import ROOT

SYNONYMS = ROOT / "data" / "lexicon" / "synonyms.yml"
ELLIPTIC = 4
_KEPT = re.compile(r"[0-9a-z]+|[\u4e00-\u9fff]")


@lru_cache(maxsize=8192)
def terms(text: str) -> tuple[str, ...]:
    """The terms of a text, each once. Words that say nothing (怎么, 请问, 一下) are left out."""
    plain = plain_text(text)
    words = {w for w in jieba.cut_for_search(plain) if len(w) > 1 and w not in _stop_words()}
    kept = _KEPT.findall(_stop_pattern().sub(" ", plain))
    pairs = {a + b for a, b in pairwise(kept)}
    return tuple(sorted(words | {f"2:{pair}" for pair in pairs} | {f"1:{sign}" for sign in kept}))


def elliptic(text: str) -> bool:
    """Whether a question says so little that it can only go on with what was talked of before."""
    return len(_KEPT.findall(_stop_pattern().sub(" ", normalise(text)))) <= ELLIPTIC


def plain_text(text: str) -> str:
    """The normalised text with every synonym replaced by the first word of its group."""
    plain = normalise(text)
    for pattern, first in _groups():
        plain = pattern.sub(first, plain)
    return plain


@cache
def _file(path: Path = SYNONYMS) -> dict[str, list]:  # type: ignore[type-arg]
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _groups() -> list[tuple[re.Pattern[str], str]]:
    groups = []
    for group in _file()["groups"]:
        first, *others = [normalise(word) for word in group]
        longest_first = sorted(others, key=len, reverse=True)
        groups.append((re.compile("|".join(map(re.escape, longest_first))), first))
    return groups


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(normalise(word) for word in _file()["stop"])


@cache
def _stop_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_stop_words(), key=len, reverse=True))))
