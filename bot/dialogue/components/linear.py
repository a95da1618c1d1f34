"""The linear model: TF-IDF of four kinds of n-grams and of the trades named, a linear SVM, and one temperature that
turns margins into probabilities. Fitted on held-out folds, so that a confidence means what it says."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.dialogue.components.features import characters, distant_pairs, sounds, trades, view, words

FOLDS = 4
PENALTY = 0.6
TEMPERATURES = np.geomspace(0.05, 1.0, 40)
WEIGHTS = (1.0, 0.8, 0.6, 0.8, 0.4)


class LinearModel:
    """Texts in, a probability for each label out."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._vectorizers = [
            TfidfVectorizer(analyzer=analyzer, min_df=minimum, sublinear_tf=True, dtype=np.float32)
            for analyzer, minimum in ((characters, 2), (words, 1), (sounds, 2), (distant_pairs, 2), (trades, 2))
        ]
        self._rarity: list[np.ndarray] = []
        self._coefficients = np.zeros((0, 0), dtype=np.float32)
        self._intercepts = np.zeros(0, dtype=np.float32)
        self._temperature = 1.0

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self.labels = sorted(set(labels))
        numbers = np.array([self.labels.index(label) for label in labels])
        seen = [view(text) for text in texts]
        for vectorizer in self._vectorizers:
            vectorizer.fit(seen)
        self._rarity = [vectorizer.idf_.astype(np.float32) for vectorizer in self._vectorizers]
        features = self._features(seen)
        self._temperature = best_temperature(*_held_out_margins(features, numbers))
        fitted = _svm(features, numbers)
        self._coefficients = np.ascontiguousarray(fitted.coef_.T.astype(np.float32))
        self._intercepts = fitted.intercept_.astype(np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text, one column a label."""
        margins = np.array([self._margins(view(text)) for text in texts]) + self._intercepts
        return softmax(margins / self._temperature)

    def _margins(self, seen: str) -> np.ndarray:
        """What `_features(...) @ coefficients` gives for one text, faster: no sparse matrix is built."""
        margins = np.zeros(len(self.labels), dtype=np.float32)
        first = 0
        for vectorizer, rarity, weight in zip(self._vectorizers, self._rarity, WEIGHTS, strict=True):
            known = vectorizer.vocabulary_
            counts = Counter(index for term in vectorizer.analyzer(seen) if (index := known.get(term)) is not None)
            if counts:
                columns = np.fromiter(counts, dtype=np.int64)
                values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * rarity[columns]
                margins += (values * (weight / np.sqrt(values @ values))) @ self._coefficients[first + columns]
            first += len(known)
        return margins

    def _features(self, seen: Sequence[str]) -> csr_matrix:
        parts = [v.transform(seen) * weight for v, weight in zip(self._vectorizers, WEIGHTS, strict=True)]
        return hstack(parts, format="csr")


def _svm(features: csr_matrix, numbers: np.ndarray) -> LinearSVC:
    return LinearSVC(C=PENALTY, random_state=0).fit(features, numbers)


def _held_out_margins(features: csr_matrix, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each text the margins of a model that has not seen it."""
    margins = np.zeros((len(numbers), numbers.max() + 1), dtype=np.float32)
    for known, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(features, numbers):
        margins[unseen] = _svm(features[known], numbers[known]).decision_function(features[unseen])
    return margins, numbers


def best_temperature(margins: np.ndarray, numbers: np.ndarray) -> float:
    """The temperature at which the held-out texts are least surprising."""
    rows = np.arange(len(numbers))
    losses = [-np.log(softmax(margins / t)[rows, numbers] + 1e-9).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
