"""What the classifier sees of a message: characters, words and sounds of a normalised view."""

import logging
import re
from functools import lru_cache
from itertools import pairwise

import jieba
from pypinyin import lazy_pinyin

from bot.language import normalise
from bot.language.files import lexicon

jieba.setLogLevel(logging.WARNING)

_LONG_NUMBER = re.compile(r"\d{5,}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BLANKS = re.compile(r"\s+")
_SPELT = re.compile(r"[a-z]+|[0-9]+|[^\W0-9a-z_]+")
_FINALS = "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|er|a|o|e|i|u|v"
_SYLLABLE = re.compile(rf"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:{_FINALS})(?![aeiou])")
_PINYIN = re.compile(rf"(?:{_SYLLABLE.pattern})+")


def view(text: str) -> str:
    """The normalised text with figures replaced by marks, so that no account number is ever learnt."""
    plain = _BLANKS.sub(" ", normalise(text)).strip()
    return _NUMBER.sub("0", _LONG_NUMBER.sub("9", plain))


def characters(seen: str) -> list[str]:
    """1- to 4-grams of characters, the ends marked."""
    marked = f"^{seen}$"
    return [marked[i : i + n] for n in (1, 2, 3, 4) for i in range(len(marked) - n + 1)]


def distant_pairs(seen: str) -> list[str]:
    """Pairs of characters with one or two between them: what stays the same when a word comes between."""
    marked = f"^{seen}$"
    return [f"{marked[i]}_{marked[i + apart]}" for apart in (2, 3) for i in range(len(marked) - apart)]


def words(seen: str) -> list[str]:
    """Words and pairs of neighbours."""
    cut = _cut(seen)
    return [*cut, *(f"{a}_{b}" for a, b in pairwise(cut))]


def sounds(seen: str) -> list[str]:
    """Toneless pinyin, 1- to 3-grams of syllables: what homophones and voice input have in common."""
    syllables = _syllables(seen)
    return ["~".join(syllables[i : i + n]) for n in (1, 2, 3) for i in range(len(syllables) - n + 1)]


def trades(seen: str) -> list[str]:
    """The other trades whose things are named, and whether anything of ours is: "给我开加油的发票" is not for us."""
    ours, foreign = _trade_words()
    named = [trade for trade, pattern in foreign.items() if pattern.search(seen)]
    company = "with_ours" if ours.search(seen) else "alone"
    return [*named, *(f"{trade}_{company}" for trade in named), *([company] if named else [])]


@lru_cache(maxsize=1)
def _trade_words() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    known = lexicon("foreign")
    patterns = {trade: re.compile("|".join(map(re.escape, words))) for trade, words in known["trades"].items()}
    return re.compile("|".join(map(re.escape, known["own"]))), patterns


@lru_cache(maxsize=4096)
def _cut(seen: str) -> list[str]:
    return [word for word in jieba.cut(seen) if word.strip()]


@lru_cache(maxsize=4096)
def _syllables(seen: str) -> list[str]:
    """The sounds of a text; what is typed as pinyin ("dianfei zenme jiao") sounds like what it stands for."""
    parts = _SPELT.findall(seen)
    return [s for part in parts for s in (_spelt(part) if part[0].isascii() else lazy_pinyin(part))]


def _spelt(run: str) -> list[str]:
    return _SYLLABLE.findall(run) if _PINYIN.fullmatch(run) else [run]
