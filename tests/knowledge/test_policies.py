"""The policies as they are written: nothing missing, nothing contradicting, each found by its own questions."""

import re
from datetime import date

import pytest

from bot.knowledge import Knowledge, Policy
from bot.knowledge.check import check_folder
from bot.knowledge.figures import Figures
from bot.knowledge.library import FOLDER

DAY = date(2026, 11, 25)
FEWEST, FEWEST_QUESTIONS = 180, 5000
CONFIRM = "待供电公司确认"


@pytest.fixture(scope="module")
def policies(knowledge: Knowledge) -> list[Policy]:
    return knowledge.library.index().policies


def test_the_editors_check_finds_nothing(figures: Figures) -> None:
    assert check_folder(FOLDER, DAY, figures) == []


def test_there_are_enough_of_them(policies: list[Policy]) -> None:
    assert len(policies) >= FEWEST


def test_each_policy_is_found_first_by_its_own_questions(policies: list[Policy], knowledge: Knowledge) -> None:
    """Those that are over too: word for word is word for word."""
    index = knowledge.library.index()
    asked = [(policy.id, question) for policy in policies for question in policy.questions]
    assert len(asked) >= FEWEST_QUESTIONS
    wrong = [(name, text) for name, text in asked if index.search(text, limit=1, on=DAY)[0].policy.id != name]
    assert wrong == []


def test_every_figure_asked_for_is_filled(policies: list[Policy]) -> None:
    assert [p.id for p in policies if "{{" in p.short + p.body] == []


def test_safety_texts_carry_no_mark(policies: list[Policy]) -> None:
    marked = [p.id for p in policies if p.safety and CONFIRM in p.short + p.body]
    assert marked == []


def test_a_policy_with_a_marked_passage_is_not_called_verified(policies: list[Policy]) -> None:
    assert [p.id for p in policies if p.verified and CONFIRM in p.short + p.body] == []


def test_no_forbidden_promise_is_made(policies: list[Policy]) -> None:
    """Compensation is neither granted nor refused, power is never guaranteed, nobody is called a thief."""
    forbidden = re.compile("肯定赔|肯定不赔|一定赔|保证来电|您涉嫌窃电|有人举报您|可以靠近断线")
    assert [p.id for p in policies if forbidden.search(p.short + p.body)] == []


def test_what_is_over_says_so_and_names_its_follower(knowledge: Knowledge) -> None:
    answer = knowledge.answer("以前工商业高峰是不是上午十点", on=DAY)
    assert answer.policy is not None and answer.superseded
    follower = knowledge.policy_by_id(answer.policy.superseded_by or "")
    assert follower is not None and follower.in_force(DAY)


def test_a_rule_is_answered_as_of_a_day(knowledge: Knowledge) -> None:
    question = "工商业峰谷几点到几点"
    assert knowledge.answer(question, on=DAY).hits[0].policy.id == "commercial-time-of-use"
    earlier = knowledge.answer(question, on=date(2023, 3, 1))
    assert "commercial-time-of-use" not in [hit.policy.id for hit in earlier.hits]
