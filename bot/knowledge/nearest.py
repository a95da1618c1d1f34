"""How close a question lies to the closest of many lines, by the cosine of their terms weighted by rarity."""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from bot.knowledge.postings import Postings, Vocabulary, joined


class Nearest:
    """Lines that do not change."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._vocabulary = Vocabulary()
        held = [self._vocabulary.learn(line) for line in lines]
        terms, numbers = joined(held), np.repeat(np.arange(len(held)), [len(line) for line in held])
        holding = np.bincount(terms, minlength=len(self._vocabulary))
        self._rarest = log(1 + len(lines) / 0.5)
        self._rarity = np.log(1 + len(lines) / (holding + 0.5))
        lengths = np.sqrt(np.bincount(numbers, self._rarity[terms] ** 2, minlength=len(held)))
        weights = self._rarity[terms] / lengths[numbers]
        self._lines = Postings.of(terms, numbers, weights, len(self._vocabulary), len(held))

    def of(self, question: str) -> float:
        """From 0, nothing in common, to 1, the same terms; terms no line holds count as the rarest."""
        asked, unknown = self._vocabulary.known(question)
        length = sqrt((self._rarity[asked] ** 2).sum() + len(unknown) * self._rarest**2)
        if not len(asked):
            return 0.0
        return float(self._lines.sum(asked, self._rarity[asked]).max() / length)
