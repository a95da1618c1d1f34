"""How well customers' questions find their policy, on questions written apart from the policies.

`questions.tsv`: a question, the facts that would be a right basis (`-`: no policy answers it), the customer's class.
`questions_dev.tsv` and `questions_apart.tsv` name the right policies instead. Failures are read in the first two; the
third is only measured: nobody who writes policies, synonyms or weights opens its lines.
The floors rise with each improvement and never fall.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.knowledge import Answer, Knowledge
from bot.knowledge.gate import near_misses
from bot.knowledge.terms import same_words

HERE = Path(__file__).parent
DAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Floors:
    """Shares: the right policy first, among the first three, answerable declined at most, unanswerable declined."""

    first: float
    first_three: float
    declined_wrongly: float
    declined_rightly: float


FLOORS = {
    "questions": Floors(0.925, 0.98, 0.015, 0.89),
    "questions_dev": Floors(0.95, 0.985, 0.035, 0.93),
    "questions_apart": Floors(0.89, 0.97, 0.035, 0.91),
}


@cache
def questions(name: str = "questions") -> list[tuple[str, frozenset[str], str]]:
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [(text, frozenset(right.split(",")) - {"-"}, customer) for text, right, customer in rows]


Answers = list[tuple[frozenset[str], Answer]]


@pytest.fixture(scope="module", params=FLOORS)
def measured(request: pytest.FixtureRequest, knowledge: Knowledge) -> tuple[Floors, Answers]:
    answers = [
        (right, knowledge.answer(text, classes=frozenset({customer} - {""}), on=DAY))
        for text, right, customer in questions(request.param)
    ]
    return FLOORS[request.param], answers


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def right_among(right: frozenset[str], answer: Answer, first: int) -> bool:
    return any(right & {hit.policy.id, *hit.policy.facts} for hit in answer.hits[:first])


def test_the_right_policy_comes_first(measured: tuple[Floors, Answers]) -> None:
    floors, answers = measured
    asked = [(right, answer) for right, answer in answers if right]
    assert share([right_among(right, answer, 1) for right, answer in asked]) >= floors.first
    assert share([right_among(right, answer, 3) for right, answer in asked]) >= floors.first_three


def test_what_a_policy_answers_is_rarely_declined(measured: tuple[Floors, Answers]) -> None:
    floors, answers = measured
    assert share([not answer.answered for right, answer in answers if right]) <= floors.declined_wrongly


def test_what_no_policy_answers_is_declined(measured: tuple[Floors, Answers]) -> None:
    floors, answers = measured
    assert share([not answer.answered for right, answer in answers if not right]) >= floors.declined_rightly


@pytest.mark.parametrize("text", ["浙江的居民电价是多少", "上海峰谷电价几点到几点", "今天下雨吗", "呱唧呱唧哩个啷", ""])
def test_other_regions_and_other_matters_are_declined(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.answer(text, on=DAY).answered


@pytest.mark.parametrize("name", FLOORS)
def test_no_question_stands_in_a_measuring_set_and_in_what_is_searched(knowledge: Knowledge, name: str) -> None:
    own = {question for policy in knowledge.library.index().policies for question in policy.questions}
    own |= set(near_misses())
    assert not {same_words(text) for text in own} & {same_words(text) for text, _, _ in questions(name)}
