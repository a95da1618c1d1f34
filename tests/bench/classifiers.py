"""`make compare`: classifiers side by side on the two development sets: accuracy, out of scope found, training time,
time a message, each time as a ratio to the floor (characters and a linear machine). Run in Rasa's environment, which
has scikit-learn.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from bot.dialogue.components.features import characters, distant_pairs, sounds, trades, view, words
from bot.dialogue.evaluate import Line, read_tsv, training_lines
from bot.dialogue.naming import ROOT

OURS = ((characters, 2, 1.0), (words, 1, 0.8), (sounds, 2, 0.6), (distant_pairs, 2, 0.8), (trades, 2, 0.4))


def features(*parts: tuple[Any, int, float]) -> FeatureUnion:
    made = [
        (f.__name__, TfidfVectorizer(analyzer=f, min_df=fewest, sublinear_tf=True, dtype=np.float32))
        for f, fewest, _ in parts
    ]
    return FeatureUnion(made, transformer_weights={f.__name__: weight for f, _, weight in parts})


CANDIDATES: dict[str, Callable[[], Pipeline]] = {
    "characters, linear machine": lambda: make_pipeline(features(OURS[0]), LinearSVC(C=0.6, random_state=0)),
    "+ words, sounds": lambda: make_pipeline(features(*OURS[:3]), LinearSVC(C=0.6, random_state=0)),
    "+ distant pairs": lambda: make_pipeline(features(*OURS[:4]), LinearSVC(C=0.6, random_state=0)),
    "+ trades named (ours)": lambda: make_pipeline(features(*OURS), LinearSVC(C=0.6, random_state=0)),
    "ours, balanced classes": lambda: make_pipeline(
        features(*OURS), LinearSVC(C=0.6, random_state=0, class_weight="balanced")
    ),
    "ours, naive Bayes": lambda: make_pipeline(features(*OURS), ComplementNB(alpha=0.1)),
}


def measured(made: Pipeline, training: list[Line], dev: list[Line]) -> tuple[float, float, float, float]:
    """Accuracy, out of scope found, seconds of training, seconds a message."""
    began = time.perf_counter()
    made.fit([view(line.text) for line in training], [line.intent for line in training])
    trained = time.perf_counter() - began
    began = time.perf_counter()
    read = [made.predict([view(line.text)])[0] for line in dev]
    each = (time.perf_counter() - began) / len(dev)
    right = [intent == line.intent for intent, line in zip(read, dev, strict=True)]
    foreign = [hit for hit, line in zip(right, dev, strict=True) if line.intent == "out_of_scope"]
    return float(np.mean(right)), float(np.mean(foreign)), trained, each


def main() -> None:
    training = training_lines()
    dev = [line for name in ("dev", "dev_more") for line in read_tsv(ROOT / "tests" / "nlu" / f"{name}.tsv")]
    print(f"{'':32} accuracy  foreign found  training  a message")
    floor = None
    for name, make in CANDIDATES.items():
        accuracy, foreign, trained, each = measured(make(), training, dev)
        floor = floor or (trained, each)
        ratios = f"{trained / floor[0]:7.1f} x  {each / floor[1]:7.1f} x"
        print(f"{name:32} {accuracy:8.3f}  {foreign:13.3f}  {ratios}", flush=True)


if __name__ == "__main__":
    main()
