"""How well customers' questions find their policy, on questions written apart from the policies.

`questions.tsv`: a question, the facts that would be a right basis (`-`: no policy answers it), the customer's class.
The floors rise with each improvement and never fall.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.knowledge import Answer, Knowledge
from bot.knowledge.gate import near_misses
from bot.knowledge.terms import same_words

QUESTIONS = Path(__file__).with_name("questions.tsv")
FIRST, FIRST_THREE, DECLINED_WRONGLY, DECLINED_RIGHTLY = 0.91, 0.98, 0.03, 0.91
DAY = date(2026, 11, 25)


@cache
def questions() -> list[tuple[str, frozenset[str], str]]:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [(text, frozenset(facts.split(",")) - {"-"}, name) for text, facts, name in rows]


@pytest.fixture(scope="module")
def answers(knowledge: Knowledge) -> list[tuple[frozenset[str], Answer]]:
    return [
        (facts, knowledge.answer(text, classes=frozenset({name} - {""}), on=DAY)) for text, facts, name in questions()
    ]


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def right(facts: frozenset[str], answer: Answer, among: int) -> bool:
    return any(facts & set(hit.policy.facts) for hit in answer.hits[:among])


def test_the_right_policy_comes_first(answers) -> None:
    asked = [(facts, answer) for facts, answer in answers if facts]
    assert share([right(facts, answer, 1) for facts, answer in asked]) >= FIRST
    assert share([right(facts, answer, 3) for facts, answer in asked]) >= FIRST_THREE


def test_what_a_policy_answers_is_rarely_declined(answers) -> None:
    assert share([not answer.answered for facts, answer in answers if facts]) <= DECLINED_WRONGLY


def test_what_no_policy_answers_is_declined(answers) -> None:
    assert share([not answer.answered for facts, answer in answers if not facts]) >= DECLINED_RIGHTLY


@pytest.mark.parametrize("text", ["浙江的居民电价是多少", "上海峰谷电价几点到几点", "今天下雨吗", "呱唧呱唧哩个啷", ""])
def test_other_regions_and_other_matters_are_declined(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.answer(text, on=DAY).answered


def test_no_question_stands_in_the_measuring_set_and_in_a_policy(knowledge: Knowledge) -> None:
    own = {question for policy in knowledge.library.index().policies for question in policy.questions}
    own |= set(near_misses())
    assert {same_words(text) for text in own} & {same_words(text) for text, _, _ in questions()} == set()
