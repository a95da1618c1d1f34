"""Lexical search over policies: BM25 over all a policy says, and how close a question is to those the policy is asked.

Both are shares from 0 to 1: of what a policy would score that spoke of nothing else, unknown terms counted as the
rarest. So questions about other things score low, and one scale holds for short and long questions alike. A policy that
is over stands back, unless the question speaks of the past. Why nothing is trained, and what was measured:
docs/decisions/0013-search-is-counted.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt

import numpy as np

from bot.knowledge.policy import Policy
from bot.knowledge.postings import Counted, Ids, Postings, Vocabulary, Weights, joined
from bot.knowledge.terms import of_the_past, same_words, weight

CLOSENESS = 0.1  # beside a relevance of 1
SATURATION, LENGTH = 2.0, 0.75  # BM25's k1 and b
EVENNESS = 0.8  # the power that evens out rare and common terms
TITLE = 2  # a title counts as much as so many questions
OVER, OVER_BUT_ASKED_FOR = -0.07, 0.05
VERBATIM = 1.0  # one of the policy's own questions, word for word
SENTENCES = re.compile(r"[\n。;]+")
SHORTEST = 6  # characters of a sentence that says something


@dataclass(frozen=True)
class Hit:
    policy: Policy
    score: float


@dataclass(frozen=True)
class Read:
    """A policy as terms: all it says with counts, and each of its questions, these word for word too."""

    terms: Ids
    counts: Ids
    questions: tuple[Ids, ...]
    verbatim: frozenset[str]


class PolicyIndex:
    """Built anew when a policy changes; what was read of the unchanged ones is taken over from the index before."""

    def __init__(self, policies: Sequence[Policy], before: "PolicyIndex | None" = None) -> None:
        self.policies = list(policies)
        self._vocabulary: Vocabulary = before._vocabulary if before else Vocabulary()
        known: dict[Policy, Read] = before._read if before else {}
        self._read: dict[Policy, Read] = {
            policy: known.get(policy) or _read(policy, self._vocabulary) for policy in self.policies
        }
        self._verbatim = _verbatim(self._read.values())
        self._count()

    def _count(self) -> None:
        read, size = list(self._read.values()), len(self._vocabulary)
        said = Counted.of([(one.terms, one.counts) for one in read])
        holding = np.bincount(said.terms, minlength=size)
        rarity = np.log(1 + (len(read) - holding + 0.5) / (holding + 0.5))
        self._rarity = rarity**EVENNESS * self._vocabulary.weights
        self._rarest = log(1 + (len(read) + 0.5) / 0.5) ** EVENNESS
        self._relevant = _relevance(said, self._rarity, len(read))
        self._asked = _closeness([one.questions for one in read], self._rarity)

    def search(self, question: str, limit: int = 5, on: date | None = None, *, verbatim: bool = True) -> list[Hit]:
        """The best policies with a score from 0 to 1, best first; what is over on that day stands back.

        A policy's own question, word for word, scores 1; with `verbatim` off it is a question like any other.
        """
        asked, unknown = self._vocabulary.known(question)
        if not self.policies or not (len(asked) or unknown):
            return []
        scores = self._scores(asked, np.array([self._rarest * weight(term) for term in unknown]))
        self._set_back(scores, question, on)
        if verbatim:
            scores[self._verbatim.get(same_words(question), [])] = VERBATIM
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.policies[i], round(float(scores[i]), 4)) for i in best if scores[i] > 0]

    def _scores(self, asked: Ids, unknown: Weights) -> Weights:
        weights = self._rarity[asked]
        most = (weights.sum() + unknown.sum()) * (SATURATION + 1)
        length = sqrt((weights**2).sum() + (unknown**2).sum())
        relevance = self._relevant.sum(asked) / most
        closeness = self._asked.sum(asked, weights) / length
        scores: Weights = (relevance + CLOSENESS * closeness) / (1 + CLOSENESS)
        return scores

    def _set_back(self, scores: Weights, question: str, on: date | None) -> None:
        over = [number for number, policy in enumerate(self.policies) if on is not None and policy.over(on)]
        shift = OVER_BUT_ASKED_FOR if over and of_the_past(question) else OVER
        scores[over] = np.where(scores[over] > 0, scores[over] + shift, 0)


def sentences_of(policy: Policy) -> list[str]:
    source = f"{policy.source.document} {policy.source.article}"
    return [policy.short, source, *(part for part in SENTENCES.split(policy.body) if len(part) > SHORTEST)]


def _read(policy: Policy, vocabulary: Vocabulary) -> Read:
    asked = (policy.title, *policy.questions)
    questions = tuple(vocabulary.learn(text) for text in asked)
    said = joined(
        [*questions[:1] * (TITLE - 1), *questions, *(vocabulary.learn(text) for text in sentences_of(policy))]
    )
    terms, counts = np.unique(said, return_counts=True)
    return Read(terms, counts, questions, frozenset(map(same_words, asked)))


def _verbatim(read: Iterable[Read]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(read):
        for words in one.verbatim:
            found[words].append(number)
    return found


def _relevance(said: Counted, rarity: Weights, size: int) -> Postings:
    """BM25's share of each term in each policy."""
    lengths = np.bincount(said.numbers, said.counts, minlength=size)
    damping = SATURATION * (1 - LENGTH + LENGTH * lengths / max(lengths.mean() if size else 0, 1))
    weights = rarity[said.terms] * said.counts * (SATURATION + 1) / (said.counts + damping[said.numbers])
    return Postings.of(said.terms, said.numbers, weights, len(rarity), size)


def _closeness(asked: Sequence[tuple[Ids, ...]], rarity: Weights) -> Postings:
    """For each policy the middle direction of its questions; a question's cosine with it is its closeness."""
    questions = [question for one in asked for question in one]
    owner = np.repeat(np.arange(len(asked)), [len(one) for one in asked])
    question = np.repeat(np.arange(len(questions)), [len(one) for one in questions])
    terms = joined(questions)
    shares = rarity[terms] / _norms(question, rarity[terms], len(questions))[question]
    pairs, place = np.unique(owner[question] * len(rarity) + terms, return_inverse=True)
    summed: Weights = np.bincount(place, shares, minlength=len(pairs)).astype(np.float64)
    numbers, held = np.divmod(pairs, max(len(rarity), 1))
    return Postings.of(held, numbers, summed / _norms(numbers, summed, len(asked))[numbers], len(rarity), len(asked))


def _norms(of: Ids, weights: Weights, size: int) -> Weights:
    return np.maximum(np.sqrt(np.bincount(of, weights**2, minlength=size)), 1e-9)
