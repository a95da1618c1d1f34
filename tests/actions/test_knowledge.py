"""Policies in conversation: the answer with its source, the follow-up, the thumb, and the honest no."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from actions.knowledge import policy_card
from bot.channels.sms.parts import cut
from bot.errors import NotAllowed
from bot.knowledge import Knowledge, PolicyLibrary
from bot.replies.render import CHANNELS
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


def test_where_it_hangs_on_the_class_the_class_is_asked_and_the_topic_kept(talk: Talk) -> None:
    talk.say("峰谷时段是几点到几点", "ask_policy")
    assert talk.kinds == ["policy_class_ask"]
    assert [o.title for o in talk.cards[0].options] == ["居民", "商业、工业、充电桩", "转人工"]
    talk.choose(0)
    assert talk.cards[0].id == "residential-time-of-use"
    talk.say("那商业的呢", "ask_policy")
    assert talk.cards[0].id == "commercial-time-of-use"


def test_the_class_may_be_typed(talk: Talk) -> None:
    talk.say("峰谷时段是几点到几点", "ask_policy")
    talk.say("居民的", "ask_policy")
    assert talk.cards[0].id == "residential-time-of-use"


def test_a_question_that_names_its_class_is_not_asked_back(talk: Talk) -> None:
    talk.say("工商业峰谷几点到几点", "ask_policy")
    assert talk.kinds == ["policy"] and talk.cards[0].id == "commercial-time-of-use"


def test_the_proved_account_answers_for_its_class(talk: Talk) -> None:
    talk.house.identity = Proved()
    talk.say("峰谷时段是几点到几点", "ask_policy")
    assert talk.kinds == ["policy"] and talk.cards[0].id == "commercial-time-of-use"


class Proved:
    """A shop has been proved."""

    def access_account(self, conversation_id: str) -> Any:
        return SimpleNamespace(account_no="4100000165")

    def axes(self, proof: Any) -> dict[str, frozenset[str]]:
        return {"customer_class": frozenset({"commercial"})}


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_held_before_says_so_and_what_holds_now(talk: Talk, channel: str) -> None:
    talk.say("以前工商业高峰是不是上午十点", "ask_policy")
    card = talk.cards[0]
    assert card.kind == "policy" and card.superseded_on is not None
    said = talk.text(channel)
    assert "以前" in said and "现在:2024年6月起:高峰一般16点到24点" in said
    assert card.options[0].entities == {"policy_id": "commercial-time-of-use"}


@pytest.mark.parametrize("channel", CHANNELS)
def test_two_that_lie_close_are_asked_about(talk: Talk, channel: str) -> None:
    talk.say("合同", "ask_policy")
    assert talk.kinds == ["policy_choices"]
    options = talk.cards[0].options
    assert len(options) >= 3 and options[-1].intent == "request_human"
    assert all("policy_id" in option.entities for option in options[:-1])
    assert "哪" in talk.text(channel)
    chosen = options[0].entities["policy_id"]
    talk.choose(0)
    assert talk.kinds == ["policy"] and talk.cards[0].id == chosen


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_answer_can_be_followed_further_on_every_channel(talk: Talk, channel: str) -> None:
    talk.say("阶梯电价怎么算", "ask_policy")
    card = talk.cards[0]
    related = [o for o in card.options if "policy_id" in o.entities and "rating" not in o.entities]
    assert related and len([o for o in card.options if "rating" in o.entities]) == 2
    assert card.short in talk.text(channel)
    assert ("依据" in talk.text(channel)) == (channel != "sms")
    talk.choose(card.options.index(related[0]))
    assert talk.cards[0].id == related[0].entities["policy_id"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_answer_is_said_on_every_channel(talk: Talk, channel: str) -> None:
    talk.say("浙江的居民电价是多少", "ask_policy")
    assert (
        re.search("没查到|没有查到|没找到", talk.text(channel)) and talk.cards[0].options[0].intent == "request_human"
    )


def test_a_question_about_the_bill_is_answered_as_of_the_bill(talk: Talk) -> None:
    talk.house.identity = Proved()
    talk.slots["policy_topic"] = {"id": "commercial-time-of-use", "turns": 3, "as_of": "2023-03-31"}
    talk.say("当时工商业峰谷几点到几点", "ask_policy")
    assert talk.cards[0].id == "commercial-time-of-use-2022" and talk.cards[0].superseded_on is not None
    talk.say("工商业峰谷几点到几点", "ask_policy")
    assert talk.cards[0].id == "commercial-time-of-use" and talk.cards[0].superseded_on is None


UNSURE = {"charging-home-price": "0.568", "temporary-supply": "3年"}  # figures that wait for a source: never said
INNER_MARKS = re.compile(r"\[[VK?]|\{\{|待核|\?\?")
SIGNATURE = "【长葛供电】"
MOST_PARTS = 3


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_answer_shows_an_unsure_figure_or_a_mark_of_ours(talk: Talk, channel: Any) -> None:
    for policy in talk.house.knowledge.library.index().policies:
        text = talk.renderer.text(policy_card(policy, superseded=policy.superseded_by is not None), channel)
        assert not INNER_MARKS.search(text), policy.id
        assert UNSURE.get(policy.id, "\n\n\n") not in text, policy.id


def test_an_answer_by_sms_has_three_parts_at_most(talk: Talk) -> None:
    every = talk.house.knowledge.library.index().policies
    texts = {p.id: talk.renderer.text(policy_card(p, superseded=p.superseded_by is not None), "sms") for p in every}
    assert {
        name: len(cut(SIGNATURE + text)) for name, text in texts.items() if len(cut(SIGNATURE + text)) > MOST_PARTS
    } == {}


def test_a_short_question_with_a_matter_of_its_own_leaves_the_topic(talk: Talk) -> None:
    talk.say("力调电费是啥", "ask_policy")
    talk.say("上网电价多少", "ask_policy")
    assert talk.cards[0].id == "solar-price"


def test_another_class_is_asked_about_with_the_question_the_topic_began_with(talk: Talk) -> None:
    talk.say("峰谷时段是几点到几点", "ask_policy")
    talk.say("力调电费是啥", "ask_policy")
    talk.say("那商业的呢", "ask_policy")
    assert talk.cards[0].id.startswith("power-factor")
