"""Lexical search over policies: how well one covers a question, and how close the question is to one of its own.

Weights come from how rare a term is among the policies; a term no policy has counts as the rarest, so that questions
about other things score low.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from bot.knowledge.policy import Policy
from bot.knowledge.terms import terms

CLOSENESS, COVERAGE = 0.6, 0.4
BODY_WEIGHT = 0.35


@dataclass(frozen=True)
class Hit:
    policy: Policy
    score: float


class PolicyIndex:
    """Postings of term → units, a unit being one question, title or short answer of a policy."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = list(policies)
        units = [(number, set(terms(text))) for number, p in enumerate(self.policies) for text in _units(p)]
        self._owner = np.array([number for number, _ in units], dtype=np.int32)
        self._weights = _rarity([_all_terms(p) for p in self.policies])
        self._rarest = log(1 + len(self.policies) + 1)
        norms = np.array([sqrt(sum(self._weight(t) ** 2 for t in unit)) or 1.0 for _, unit in units])
        self._norms = norms.astype(np.float32)
        self._units = _postings(unit for _, unit in units)
        self._cover = self._coverage_postings()

    def search(self, question: str, limit: int = 5) -> list[Hit]:
        """The best policies with a score from 0 to 1, best first."""
        asked = terms(question)
        if not asked or not self.policies:
            return []
        scores = CLOSENESS * self._closeness(asked) + COVERAGE * self._coverage(asked)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.policies[i], round(float(scores[i]), 4)) for i in best if scores[i] > 0]

    def _closeness(self, asked: Sequence[str]) -> np.ndarray:
        """For each policy the cosine of the question with the nearest of its units."""
        dots = np.zeros(len(self._owner), dtype=np.float32)
        for term in asked:
            if term in self._units:
                dots[self._units[term]] += self._weight(term) ** 2
        length = sqrt(sum(self._weight(t) ** 2 for t in asked))
        nearest = np.zeros(len(self.policies), dtype=np.float32)
        np.maximum.at(nearest, self._owner, dots / (self._norms * length))
        return nearest

    def _coverage(self, asked: Sequence[str]) -> np.ndarray:
        """For each policy the share of the question's weight that it speaks of; the body counts less than the rest."""
        covered = np.zeros(len(self.policies), dtype=np.float32)
        for term in asked:
            if term in self._cover:
                numbers, shares = self._cover[term]
                covered[numbers] += shares * self._weight(term)
        return covered / sum(self._weight(t) for t in asked)

    def _weight(self, term: str) -> float:
        return self._weights.get(term, self._rarest)

    def _coverage_postings(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        shares: dict[str, dict[int, float]] = defaultdict(dict)
        for number, policy in enumerate(self.policies):
            for term in terms(policy.body):
                shares[term][number] = BODY_WEIGHT
            for text in _units(policy):
                for term in terms(text):
                    shares[term][number] = 1.0
        return {t: (np.array(list(s)), np.array(list(s.values()), dtype=np.float32)) for t, s in shares.items()}


def _units(policy: Policy) -> list[str]:
    return [policy.title, policy.short, *policy.questions]


def _all_terms(policy: Policy) -> set[str]:
    return {term for text in (*_units(policy), policy.body) for term in terms(text)}


def _rarity(documents: list[set[str]]) -> dict[str, float]:
    counts: dict[str, int] = defaultdict(int)
    for document in documents:
        for term in document:
            counts[term] += 1
    return {term: log(1 + (len(documents) + 1) / count) for term, count in counts.items()}


def _postings(units: Iterable[set[str]]) -> dict[str, np.ndarray]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        for term in unit:
            found[term].append(number)
    return {term: np.array(numbers) for term, numbers in found.items()}
