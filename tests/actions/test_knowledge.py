"""Policies in conversation: the answer with its source, the follow-up, the thumb, and the honest no."""

from typing import Any

import pytest

from bot.errors import NotAllowed
from bot.knowledge import Knowledge, PolicyLibrary
from bot.storage.engine import Database
from tests.actions.talk import Talk
from tests.knowledge.conftest import figures

__all__ = ["figures"]


class Nobody:
    """Nobody has proved who they are."""

    def access_account(self, conversation_id: str) -> Any:
        raise NotAllowed("没有核对身份")


@pytest.fixture
def talk(db: Database, clock: Any, figures: Any) -> Talk:
    knowledge = Knowledge(PolicyLibrary(figures=figures, clock=clock), db, clock)
    return Talk(clock, knowledge=knowledge, identity=Nobody())


def test_an_answer_has_its_source_and_its_figures(talk: Talk) -> None:
    talk.say("阶梯电价怎么算", "ask_policy")
    assert talk.kinds == ["policy"]
    assert "0.56元" in talk.text() and "依据" in talk.text()
    assert len(talk.text("sms")) < len(talk.text("web"))


def test_a_follow_up_is_asked_with_the_topic(talk: Talk) -> None:
    talk.say("校表要多久出结果", "ask_policy")
    first = talk.cards[0].id
    talk.say("收费吗", "ask_policy")
    assert talk.kinds == ["policy"] and talk.slots["policy_topic"]["turns"] == 3
    assert talk.cards[0].id.startswith("meter") and first.startswith("meter")


def test_what_no_policy_answers_is_said_kept_and_a_person_offered(talk: Talk) -> None:
    talk.say("浙江的居民电价是多少", "ask_policy")
    assert talk.kinds == ["policy_none"]
    assert [o.intent for o in talk.cards[0].options] == ["request_human"]
    assert [miss.question for miss in talk.house.knowledge.misses()] == ["浙江的居民电价是多少"]


def test_a_thumb_is_kept_once_and_a_thumb_down_offers_a_person(talk: Talk) -> None:
    talk.say("阶梯电价怎么算", "ask_policy")
    thumbs = [o for o in talk.cards[0].options if "rating" in o.entities]
    talk.say("有用", "give_feedback", **thumbs[0].entities)
    assert talk.kinds == ["rated"] and talk.cards[0].options == []
    talk.say("没用", "give_feedback", **thumbs[1].entities)
    talk.say("没用", "give_feedback", again=True, **thumbs[1].entities)
    assert [o.intent for o in talk.cards[0].options] == ["request_human"]
    assert talk.house.knowledge.ratings() == {"residential-steps": (1, 1)}


def test_a_safety_text_carries_no_mark_no_source_and_asks_for_no_thumb(talk: Talk) -> None:
    talk.say("假如有人触电第一步该干什么", "ask_policy")
    card = talk.cards[0]
    assert card.kind == "policy" and card.source == "" and not card.unverified
    assert all("rating" not in option.entities for option in card.options)


def test_the_bereaved_hear_sympathy_before_any_rule(talk: Talk) -> None:
    talk.say("我爸去世了,电表过户要啥材料", "ask_policy")
    assert talk.kinds == ["bereaved", "policy"]
    assert talk.text().startswith("请节哀。")
