"""The two development sets measure only while nothing like them is trained on."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from bot.language import normalise
from bot.settings import ROOT

SETS = ("dev", "dev_more")
STYLES = {
    "plain",
    "henan",
    "elder",
    "angry",
    "terse",
    "story",
    "typo",
    "traditional",
    "emoji_sms",
    "two_needs",
    "context",
    "formal",
}
STYLES_MORE = {
    "letter",
    "two_needs",
    "elder",
    "henan",
    "terse",
    "angry",
    "traditional",
    "formal",
    "near_miss",
}
FEWEST, FEWEST_IN_A_STYLE, FEWEST_OF_AN_INTENT = 800, 50, 8
FEWEST_TRAINED = 8_000
NEAR, LONG_ENOUGH = 82, 6  # percent of like characters; in shorter lines only the same words count


@cache
def dev(name: str = "dev") -> list[tuple[str, str, str]]:
    with Path(__file__).with_name(f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [(text, intent, style) for text, intent, style in rows]


@cache
def trained() -> list[str]:
    files = sorted((ROOT / "data" / "nlu").glob("*.yml"))
    blocks = [block for f in files for block in yaml.safe_load(f.read_text(encoding="utf-8"))["nlu"]]
    return [line[2:] for block in blocks for line in block["examples"].splitlines()]


def bare(text: str) -> str:
    return re.sub(r"\W", "", normalise(text))


def test_it_is_wide_enough() -> None:
    assert len(dev()) >= FEWEST
    assert set(Counter(style for _, _, style in dev())) == STYLES
    assert min(Counter(style for _, _, style in dev()).values()) >= FEWEST_IN_A_STYLE
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]) - {"nlu_fallback"}
    counts = Counter(intent for _, intent, _ in dev())
    assert {intent for intent in intents if counts[intent] < FEWEST_OF_AN_INTENT} == set()
    assert set(counts) == intents


def test_the_second_set_is_wide_enough() -> None:
    styles = Counter(style for _, _, style in dev("dev_more"))
    assert set(styles) == STYLES_MORE and min(styles.values()) >= FEWEST_IN_A_STYLE // 2
    assert {intent for _, intent, _ in dev("dev_more")} <= {intent for _, intent, _ in dev()}


def test_no_line_stands_twice() -> None:
    lines = Counter(text for name in SETS for text, _, _ in dev(name))
    assert [text for text, count in lines.items() if count > 1] == []


def test_enough_is_trained_on() -> None:
    assert len(set(trained())) >= FEWEST_TRAINED


@pytest.mark.parametrize("name", SETS)
def test_nothing_like_it_is_trained_on(name: str) -> None:
    learnt = sorted({bare(line) for line in trained()})
    known = set(learnt)
    long = [text for text, _, _ in dev(name) if len(bare(text)) >= LONG_ENOUGH]
    best = cdist([bare(text) for text in long], learnt, scorer=ratio, score_cutoff=NEAR, workers=2)
    near = [(text, learnt[row.argmax()]) for text, row in zip(long, best, strict=True) if row.max() >= NEAR]
    same = [
        text
        for text, _, _ in dev(name)
        if len(bare(text)) < LONG_ENOUGH and len(bare(text)) > 4 and bare(text) in known
    ]
    assert near == [] and same == []
