"""How close a question lies to the closest of many lines, by the cosine of their terms weighted by rarity."""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from bot.knowledge.postings import Counted, Postings, Vocabulary


class Nearest:
    """Lines that do not change."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._vocabulary = Vocabulary()
        held = [self._vocabulary.learn(line) for line in lines]
        said = Counted.of([(terms, np.ones_like(terms)) for terms in held])
        holding = np.bincount(said.terms, minlength=len(self._vocabulary))
        self._rarest = log(1 + len(lines) / 0.5)
        self._rarity = np.log(1 + len(lines) / (holding + 0.5))
        weights = self._rarity[said.terms]
        lengths = np.sqrt(np.bincount(said.numbers, weights**2, minlength=said.size))
        self._lines = Postings.of(said, len(self._vocabulary), weights / lengths[said.numbers])

    def of(self, question: str) -> float:
        """From 0, nothing in common, to 1, the same terms; terms no line holds count as the rarest."""
        asked, unknown = self._vocabulary.known(question)
        length = sqrt((self._rarity[asked] ** 2).sum() + len(unknown) * self._rarest**2)
        if not len(asked):
            return 0.0
        (near,) = self._lines.sums(asked, self._rarity[asked])
        return float(near.max() / length)
