"""Does a question ask for a rule at all? Naive Bayes over the policies' own questions on one side, and on the other
what no policy answers: local facts, one's own data, prices of goods, other people's trades.

The words of `data/lexicon/unanswerable.yml` and the other people's matters of `data/nlu/out_of_scope.yml` are that
other side; editors add to the first when a question is answered that should have been declined.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from math import log, sqrt
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.terms import terms
from bot.language import normalise
from bot.settings import ROOT

UNANSWERABLE = ROOT / "data" / "lexicon" / "unanswerable.yml"
OTHER_MATTERS = ROOT / "data" / "nlu" / "out_of_scope.yml"
SMOOTHING = 0.3
NEAR_MISS_WEIGHT = 3  # the near misses are fewer than the wide world, and matter more


class AnswerGate:
    """`odds(question)`: above 0 where it reads like a question for the policies, below where it does not."""

    def __init__(self, answerable: Iterable[str]) -> None:
        near, far = _unanswerable()
        self._for, self._of_for = _counts(answerable, 1)
        against, of_near = _counts(near, NEAR_MISS_WEIGHT)
        other, of_far = _counts(far, 1)
        self._against, self._of_against = against + other, of_near + of_far

    def elsewhere(self, question: str) -> list[str]:
        """The other regions a question names."""
        asked = normalise(question)
        return [name for name in _read_once()["elsewhere"] if name in asked]

    def odds(self, question: str) -> float:
        """The log odds a term, evened out over the length of the question."""
        asked = terms(question)
        if not asked:
            return 0.0
        return sum(self._term(term) for term in asked) / sqrt(len(asked))

    def _term(self, term: str) -> float:
        mine = (self._for[term] + SMOOTHING) / (self._of_for + 2 * SMOOTHING)
        theirs = (self._against[term] + SMOOTHING) / (self._of_against + 2 * SMOOTHING)
        return log(mine / theirs)


def _counts(lines: Iterable[str], weight: int) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    size = 0
    for line in lines:
        counts.update({term: weight for term in terms(line)})
        size += weight
    return counts, size


@cache
def _unanswerable() -> tuple[Sequence[str], Sequence[str]]:
    near: list[str] = _read_once()["questions"]
    far = [line[2:] for block in _read(OTHER_MATTERS)["nlu"] for line in block["examples"].splitlines()]
    return near, far


@cache
def _read_once() -> Any:
    return _read(UNANSWERABLE)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
