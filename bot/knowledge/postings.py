"""Terms as numbers, and for each term the policies that hold it: so thousands of policies are searched at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.terms import terms, weight

Ids = NDArray[np.int64]
Weights = NDArray[np.float64]


class Vocabulary:
    """Gives each term a number, the same one for as long as the process runs."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._weights: list[float] = []

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, term: object) -> bool:
        return term in self._ids

    @property
    def weights(self) -> Weights:
        """How much each term counts beside its rarity."""
        return np.array(self._weights)

    def words(self, chosen: NDArray[np.bool_]) -> list[str]:
        """The chosen terms, by their numbers."""
        return [term for term, number in self._ids.items() if number < len(chosen) and chosen[number]]

    def learn(self, text: str) -> Ids:
        return np.array([self._id(term) for term in terms(text)], dtype=np.int64)

    def known(self, text: str) -> tuple[Ids, list[str]]:
        """The numbers of the terms that some policy has held, and the terms that none has."""
        asked = terms(text)
        found = [self._ids[term] for term in asked if term in self._ids]
        return np.array(found, dtype=np.int64), [term for term in asked if term not in self._ids]

    def _id(self, term: str) -> int:
        if term not in self._ids:
            self._ids[term] = len(self._ids)
            self._weights.append(weight(term))
        return self._ids[term]


@dataclass(frozen=True)
class Counted:
    """What each of `size` texts holds: its number, the term, how often; sorted by text and term, each pair once."""

    numbers: Ids
    terms: Ids
    counts: Ids
    size: int

    @classmethod
    def of(cls, held: Sequence[tuple[Ids, Ids]]) -> "Counted":
        numbers = np.repeat(np.arange(len(held), dtype=np.int64), [len(ids) for ids, _ in held])
        return cls(numbers, joined(ids for ids, _ in held), joined(counts for _, counts in held), len(held))


@dataclass(frozen=True)
class Postings:
    """`numbers` and each of the `weights` sorted by term; those of term t lie from `starts[t]` to `starts[t + 1]`."""

    starts: Ids
    numbers: Ids
    weights: tuple[Weights, ...]
    size: int

    @classmethod
    def of(cls, said: Counted, vocabulary: int, *weights: Weights) -> "Postings":
        order = np.argsort(said.terms, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(said.terms, minlength=vocabulary))])
        return cls(starts, said.numbers[order], tuple(each[order] for each in weights), said.size)

    def sums(self, asked: Ids, factors: Weights) -> list[Weights]:
        """For each text the sums of its weights of the terms asked for, each times its factor."""
        scores = [np.zeros(self.size) for _ in self.weights]
        for term, factor in zip(asked, factors, strict=True):
            if term + 1 < len(self.starts):
                held = slice(self.starts[term], self.starts[term + 1])
                numbers = self.numbers[held]
                for score, weights in zip(scores, self.weights, strict=True):
                    score[numbers] += factor * weights[held]
        return scores


def joined(arrays: Iterable[Ids]) -> Ids:
    return np.concatenate([np.empty(0, np.int64), *arrays])
