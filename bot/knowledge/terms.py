"""What a question and a policy are compared by: words, characters and their pairs as they were said, and the things
spoken of whatever word was chosen for them (`data/lexicon/synonyms.yml`)."""

import re
from collections import defaultdict
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jieba
import yaml

from bot.language import normalise
from bot.settings import ROOT

SYNONYMS = ROOT / "data" / "lexicon" / "synonyms.yml"
ELLIPTIC = 4
MATTER = 2  # with fewer signs nothing is named
THING = "~"  # begins the term of a group of synonyms
PAIR = "2:"  # begins the term of two signs that follow one another
THING_WEIGHT = 2.0  # beside a word's 1: what is meant says more than how it was put
YEARS = re.compile(r"((?:19|20)\d\d)年|(?<!\d)(\d\d)年的")
_KEPT = re.compile(r"[0-9a-z]+|[\u4e00-\u9fff]")


@lru_cache(maxsize=8192)
def terms(text: str) -> tuple[str, ...]:
    """The terms of a text, each once: words, `1:` signs, `2:` pairs of signs, `~` things."""
    plain = normalise(text)
    words = {word for word in jieba.cut_for_search(plain) if len(word) > 1}
    kept = _KEPT.findall(plain)
    pairs = {f"{PAIR}{a}{b}" for a, b in pairwise(kept)}
    return tuple(sorted(words | pairs | {f"1:{sign}" for sign in kept} | things(plain)))


def weight(term: str) -> float:
    """How much a term counts beside its rarity."""
    return THING_WEIGHT if term.startswith(THING) else 1.0


def things(plain: str) -> set[str]:
    """The groups of synonyms a normalised text speaks of, each by its first word."""
    begun = _groups()
    return {name for at, sign in enumerate(plain) for word, name in begun.get(sign, ()) if plain.startswith(word, at)}


def same_words(text: str) -> str:
    """A text without its marks and blanks: what two askers share who use the same words."""
    return "".join(_KEPT.findall(normalise(text)))


def of_the_past(text: str, on: date) -> bool:
    """Whether a question speaks of what held before that day (以前不是…吗, 2012年)."""
    plain = normalise(text)
    named = YEARS.findall(plain)
    over = any(int(year) < on.year if year else int(short) != on.year % 100 for year, short in named)
    return over or _past().search(plain) is not None


def named_classes(text: str) -> frozenset[str]:
    """The classes of customers a question is about by its own words (那商业的呢)."""
    plain = normalise(text)
    return frozenset(name for name, pattern in _classes() if pattern.search(plain))


def about_the_bill(text: str) -> bool:
    """Whether a question points at the bill that was talked of before (这一项怎么算的)."""
    return re.search(str(_file()["bill"]), normalise(text)) is not None


def elliptic(text: str) -> bool:
    """Whether a question can only go on with what was talked of before: it names no matter of its own (要多久), or
    says so itself and little else (那租的房子呢)."""
    plain = normalise(text)
    said = len(_KEPT.findall(_stop_pattern().sub(" ", plain)))
    matter = len(_KEPT.findall(_asked_of_anything().sub(" ", plain)))
    return matter < MATTER or (said <= ELLIPTIC and re.search(str(_file()["points_back"]), plain) is not None)


@cache
def _file(path: Path = SYNONYMS) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _groups() -> dict[str, list[tuple[str, str]]]:
    """By the sign it begins with each word of a group, with the group's name."""
    begun: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for group in _file()["groups"]:
        first, *_ = words = [normalise(str(word)) for word in group]
        for word in words:
            begun[word[0]].append((word, THING + first))
    return dict(begun)


@cache
def _stop_pattern() -> re.Pattern[str]:
    return _any_of([normalise(word) for word in _file()["stop"]])


@cache
def _asked_of_anything() -> re.Pattern[str]:
    """What may be asked of whatever was talked of: how long, how much, where, by whom, for which class."""
    words = _any_of([normalise(word) for key in ("stop", "asked_of_anything") for word in _file()[key]])
    return re.compile("|".join([words.pattern, *_file()["classes"].values()]))


@cache
def _classes() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(pattern)) for name, pattern in _file()["classes"].items()]


@cache
def _past() -> re.Pattern[str]:
    return re.compile("|".join(_file()["past"]))


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
