"""Does a question ask for a rule at all? Naive Bayes over the policies' own questions and what else customers write to
their supplier on one side, and on the other what no policy answers: local facts, one's own data, prices of goods, other
people's trades. How close a question lies to the closest of those others is known too.

The lines of `data/lexicon/unanswerable.yml` and the other people's matters of `data/nlu/out_of_scope.yml` are that
other side; editors add to the first when a question is answered that should have been declined. Its kinds (mine, who,
which day, in which place) count alone and in pairs: 我家 begins many a question about a rule, 我家…哪年 hardly one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cache, lru_cache
from itertools import combinations
from math import log, sqrt
from pathlib import Path
from typing import Any, Self

import yaml

from bot.knowledge.nearest import Nearest
from bot.knowledge.policy import LOADER
from bot.knowledge.terms import terms
from bot.language import normalise
from bot.settings import ROOT

UNANSWERABLE = ROOT / "data" / "lexicon" / "unanswerable.yml"
SPOKEN = ROOT / "data" / "nlu"
OTHER_MATTERS = "out_of_scope"
MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")  # an entity in an example
SMOOTHING = 0.3
NEAR_MISS_WEIGHT = 3  # the near misses are fewer than the wide world, and matter more
KIND = "?"  # begins the sign of a kind, and of a pair of kinds
KIND_WEIGHT = 2.0


class AnswerGate:
    """`odds(question)`: above 0 where it reads like a question for the policies, below where it does not."""

    def __init__(self, answerable: Iterable[str] = ()) -> None:
        (own, of_own), (other, of_other) = _counts(answerable, 1), _spoken()
        self._for, self._of_for = own + other, of_own + of_other
        self._against, self._of_against = _unanswerable()

    def changed(self, gone: Iterable[str], new: Iterable[str]) -> Self:
        """The gate without the questions that are gone and with the new ones."""
        changed = copy(self)
        (lost, fewer), (won, more) = _counts(gone, 1), _counts(new, 1)
        changed._for = Counter(self._for)
        changed._for.subtract(lost)
        changed._for.update(won)
        changed._of_for = self._of_for - fewer + more
        return changed

    def elsewhere(self, question: str) -> list[str]:
        """The other regions a question names."""
        asked = normalise(question)
        return [name for name in _read_once()["elsewhere"] if name in asked]

    def nearness(self, question: str) -> float:
        """From 0 to 1: how close the closest question lies that no policy answers."""
        return _declined().of(question)

    def odds(self, question: str) -> float:
        """The log odds of all signs, evened out over the length of the question."""
        asked = signs(question)
        return sum(self._of(sign) for sign in asked) / sqrt(len(asked)) if asked else 0.0

    def _of(self, sign: str) -> float:
        mine = (self._for[sign] + SMOOTHING) / (self._of_for + 2 * SMOOTHING)
        theirs = (self._against[sign] + SMOOTHING) / (self._of_against + 2 * SMOOTHING)
        return (KIND_WEIGHT if sign.startswith(KIND) else 1.0) * log(mine / theirs)


@lru_cache(maxsize=8192)
def signs(text: str) -> tuple[str, ...]:
    """What a question is judged by: its terms, its kinds and the pairs of its kinds."""
    plain = normalise(text)
    kinds = [f"{KIND}{name}" for name, pattern in _kinds() if pattern.search(plain)]
    return (*terms(text), *kinds, *(f"{a}{b}" for a, b in combinations(kinds, 2)))


Counts = tuple[Counter[str], int]


def _counts(lines: Iterable[str], weight: int) -> Counts:
    counts: Counter[str] = Counter()
    size = 0
    for line in lines:
        for sign in signs(line):
            counts[sign] += weight
        size += weight
    return counts, size


@cache
def _unanswerable() -> Counts:
    (near, of_near), (other, of_other) = _counts(near_misses(), NEAR_MISS_WEIGHT), _counts(_far(), 1)
    return near + other, of_near + of_other


@cache
def _spoken() -> Counts:
    """What customers write to their supplier, beside the policies' own questions."""
    return _counts((line for intent in _read_once()["spoken"] for line in _examples()[intent]), 1)


@cache
def _declined() -> Nearest:
    return Nearest([*near_misses(), *_far()])


def _far() -> list[str]:
    return _examples()[OTHER_MATTERS]


@cache
def _examples() -> dict[str, list[str]]:
    """By intent the examples the dialogue is trained on, without the marks of their entities."""
    found: dict[str, list[str]] = {}
    for path in sorted(SPOKEN.glob("*.yml")):
        for block in _read(path)["nlu"]:
            if "intent" in block:
                lines = [MARKED.sub(r"\1", line[2:]) for line in block["examples"].splitlines()]
                found.setdefault(block["intent"], []).extend(lines)
    return found


def near_misses() -> Sequence[str]:
    """Questions that sound near and that no policy answers."""
    lines: list[str] = _read_once()["questions"]
    return lines


@cache
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(pattern)) for name, pattern in _read_once()["kinds"].items()]


@cache
def _read_once() -> Any:
    return _read(UNANSWERABLE)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
