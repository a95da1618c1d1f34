"""Lexical search over policies: BM25 over all a policy says, and how close the question is to one of its own.

Both are shares from 0 to 1: of what a perfect match would score, unknown terms counted as the rarest. So questions
about other things score low, and one threshold holds for short and long questions alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from bot.knowledge.policy import Policy
from bot.knowledge.terms import terms

RELEVANCE, CLOSENESS = 0.7, 0.3
SATURATION, LENGTH = 3.0, 0.5  # BM25's k1 and b, measured on tests/knowledge/questions.tsv
SAME = 0.97  # one of the policy's own questions, word for word
SENTENCES = re.compile(r"[\n。;]+")
SHORTEST = 6  # characters of a sentence that says something
Postings = dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Hit:
    policy: Policy
    score: float


class PolicyIndex:
    """Postings of term → policies (relevance) and of term → units (closeness): one question or sentence each."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = list(policies)
        units = [(number, terms(text)) for number, p in enumerate(self.policies) for text in units_of(p)]
        documents: list[Counter[str]] = [Counter() for _ in self.policies]
        for number, unit in units:
            documents[number].update(unit)
        self._rarity = _rarity(documents)
        self._rarest = log(1 + (len(documents) + 0.5) / 0.5)
        self._relevant = _relevance(documents, self._rarity)
        self._owner = np.array([number for number, _ in units], dtype=np.int32)
        self._near = self._unit_postings([unit for _, unit in units])

    def search(self, question: str, limit: int = 5) -> list[Hit]:
        """The best policies with a score from 0 to 1, best first."""
        asked = terms(question)
        if not asked or not self.policies:
            return []
        close = self._closeness_of(asked)
        scores = RELEVANCE * self._relevance_of(asked) + CLOSENESS * close
        scores = np.where(close > SAME, np.maximum(scores, close), scores)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.policies[i], round(float(scores[i]), 4)) for i in best if scores[i] > 0]

    def _relevance_of(self, asked: Sequence[str]) -> np.ndarray:
        scores = _sum(self._relevant, asked, len(self.policies))
        once = sum(self._weight(term) * (SATURATION + 1) / SATURATION for term in asked)
        return np.minimum(scores / once, 1.0)

    def _closeness_of(self, asked: Sequence[str]) -> np.ndarray:
        """For each policy the cosine of the question with the nearest of its units."""
        length = sqrt(sum(self._weight(term) ** 2 for term in asked))
        dots = _sum(self._near, asked, len(self._owner)) / length
        nearest = np.zeros(len(self.policies))
        np.maximum.at(nearest, self._owner, dots)
        return nearest

    def _weight(self, term: str) -> float:
        return self._rarity.get(term, self._rarest)

    def _unit_postings(self, units: Iterable[tuple[str, ...]]) -> Postings:
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, unit in enumerate(units):
            length = sqrt(sum(self._weight(term) ** 2 for term in unit)) or 1.0
            for term in unit:
                found[term].append((number, self._weight(term) ** 2 / length))
        return _arrays(found)


def units_of(policy: Policy) -> list[str]:
    """What a question is compared with: the title, the short answer, the questions, the sentences of the body."""
    body = [sentence for sentence in SENTENCES.split(policy.body) if len(sentence) > SHORTEST]
    return [policy.title, policy.short, *policy.questions, *body]


def _rarity(documents: Sequence[Counter[str]]) -> dict[str, float]:
    counts = Counter(term for document in documents for term in document)
    return {term: log(1 + (len(documents) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _relevance(documents: Sequence[Counter[str]], rarity: dict[str, float]) -> Postings:
    """BM25's share of each term in each policy."""
    lengths = [document.total() for document in documents]
    usual = sum(lengths) / max(len(lengths), 1) or 1.0
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        damping = SATURATION * (1 - LENGTH + LENGTH * lengths[number] / usual)
        for term, count in document.items():
            found[term].append((number, rarity[term] * count * (SATURATION + 1) / (count + damping)))
    return _arrays(found)


def _arrays(found: dict[str, list[tuple[int, float]]]) -> Postings:
    return {term: (np.array([n for n, _ in rows]), np.array([w for _, w in rows])) for term, rows in found.items()}


def _sum(postings: Postings, asked: Sequence[str], size: int) -> np.ndarray:
    scores = np.zeros(size)
    for term in asked:
        if term in postings:
            numbers, weights = postings[term]
            scores[numbers] += weights
    return scores
