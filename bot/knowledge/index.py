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
from bot.knowledge.sound import SoundIndex
from bot.knowledge.terms import of_the_past, same_words, weight

CLOSENESS = 0.1  # beside a relevance of 1
SATURATION, LENGTH = 2.0, 0.75  # BM25's k1 and b
EVENNESS = 0.8  # the power that evens out rare and common terms
TITLE = 2  # a title counts as much as so many questions
OVER, OVER_BUT_ASKED_FOR = -0.07, 0.05
VERBATIM = 1.0  # one of the policy's own questions, word for word
HEARD_IN = 3  # policies that must hold a word before it is heard in what sounds like it
SENTENCES = re.compile(r"[\n。;]+")
SHORTEST = 6  # characters of a sentence that says something


@dataclass(frozen=True)
class Hit:
    policy: Policy
    score: float


@dataclass(frozen=True)
class Read:
    """A policy as terms: all it says with counts, and its questions as places among these terms, one after the other,
    with the length of each; word for word too."""

    terms: Ids
    counts: Ids
    places: Ids
    lengths: Ids
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
        self._sound = SoundIndex(self._vocabulary.words(holding >= HEARD_IN), self._vocabulary)
        closeness = _closeness(read, said, self._rarity)
        self._postings = Postings.of(said, size, _relevance(said), closeness)

    def search(self, question: str, limit: int = 5, on: date | None = None, *, verbatim: bool = True) -> list[Hit]:
        """The best policies with a score from 0 to 1, best first; what is over on that day stands back.

        A policy's own question, word for word, scores 1; with `verbatim` off it is a question like any other.
        """
        asked, unknown = self._vocabulary.known(self.heard(question))
        if not self.policies or not (len(asked) or unknown):
            return []
        scores = self._scores(asked, np.array([self._rarest * weight(term) for term in unknown]))
        self._set_back(scores, question, on)
        if verbatim:
            scores[self._verbatim.get(same_words(question), [])] = VERBATIM
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(self.policies[i], round(float(scores[i]), 4)) for i in best if scores[i] > 0]

    def heard(self, question: str) -> str:
        """The question, and after it the words that stand in it by their sound alone."""
        return " ".join([question, *self._sound.heard(question)])

    def _scores(self, asked: Ids, unknown: Weights) -> Weights:
        weights = self._rarity[asked]
        most = (weights.sum() + unknown.sum()) * (SATURATION + 1)
        length = sqrt((weights**2).sum() + (unknown**2).sum())
        relevance, closeness = self._postings.sums(asked, weights)
        scores: Weights = (relevance / most + CLOSENESS * closeness / length) / (1 + CLOSENESS)
        return scores

    def _set_back(self, scores: Weights, question: str, on: date | None) -> None:
        if on is None:
            return
        over = [number for number, policy in enumerate(self.policies) if policy.over(on)]
        shift = OVER_BUT_ASKED_FOR if over and of_the_past(question, on) else OVER
        scores[over] = np.where(scores[over] > 0, scores[over] + shift, 0)


def sentences_of(policy: Policy) -> list[str]:
    source = f"{policy.source.document} {policy.source.article}"
    return [policy.short, source, *(part for part in SENTENCES.split(policy.body) if len(part) > SHORTEST)]


def _read(policy: Policy, vocabulary: Vocabulary) -> Read:
    asked = (policy.title, *policy.questions)
    questions = [vocabulary.learn(text) for text in asked]
    said = [*questions, *questions[:1] * (TITLE - 1), *(vocabulary.learn(text) for text in sentences_of(policy))]
    terms, places, counts = np.unique(joined(said), return_inverse=True, return_counts=True)
    lengths = np.array([len(question) for question in questions], dtype=np.int64)
    return Read(terms, counts, places[: lengths.sum()], lengths, frozenset(map(same_words, asked)))


def _verbatim(read: Iterable[Read]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(read):
        for words in one.verbatim:
            found[words].append(number)
    return found


def _relevance(said: Counted) -> Weights:
    """BM25's share of each term in each policy, before its rarity."""
    lengths = np.bincount(said.numbers, said.counts, minlength=said.size)
    damping = SATURATION * (1 - LENGTH + LENGTH * lengths / max(lengths.mean() if said.size else 0, 1))
    shares: Weights = said.counts * (SATURATION + 1) / (said.counts + damping[said.numbers])
    return shares


def _closeness(read: Sequence[Read], said: Counted, rarity: Weights) -> Weights:
    """The middle direction of each policy's questions, by its terms; a question's cosine with it is its closeness."""
    begins = np.cumsum([0, *(len(one.terms) for one in read)])[:-1]
    places = joined(one.places for one in read) + np.repeat(begins, [len(one.places) for one in read])
    lengths = joined(one.lengths for one in read)
    question = np.repeat(np.arange(len(lengths)), lengths)
    weights = rarity[said.terms[places]]
    shares = weights / _norms(question, weights, len(lengths))[question]
    summed: Weights = np.bincount(places, shares, minlength=len(said.terms)).astype(np.float64)
    middle: Weights = summed / _norms(said.numbers, summed, said.size)[said.numbers]
    return middle


def _norms(of: Ids, weights: Weights, size: int) -> Weights:
    return np.maximum(np.sqrt(np.bincount(of, weights**2, minlength=size)), 1e-9)
