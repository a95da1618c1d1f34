"""A turn succeeds whole or leaves nothing behind; an answered message is never run again."""

import asyncio

import pytest
import sqlalchemy as sa
from rasa.shared.exceptions import RasaException

from bot.dialogue.processor import TurnFailed
from bot.dialogue.tracker_store import TRACKERS, CompactTrackerStore, Overtaken
from tests.dialogue.conftest import follow_up, says, slot


def test_a_message_is_answered_by_the_rule_of_its_intent(talk):
    assert talk.say("这月电费多少钱") == ["action_check_bill"]
    assert talk.say("谢谢") == ["thank"]


def test_a_failing_action_leaves_the_tracker_untouched_and_the_message_answered_once(talk):
    talk.say("谢谢")
    talk.actions.script["action_check_bill"] = ConnectionError("down")
    with pytest.raises(ConnectionError):
        talk.say("这月电费多少钱", "m1")
    assert talk.tracker().stored_version == 1
    del talk.actions.script["action_check_bill"]
    assert talk.say("这月电费多少钱", "m1") == ["action_check_bill"]
    assert talk.tracker().stored_version == 2


def test_a_repeated_message_gets_its_stored_answer(talk):
    first = talk.say("这月电费多少钱", "m1")
    talk.say("谢谢", "m2")
    assert talk.say("这月电费多少钱", "m1") == first
    assert talk.actions.called == ["action_check_bill"]


@pytest.mark.parametrize("answer", [{}, {"events": []}, {"events": [{}], "responses": []}, "ok", None])
def test_an_answer_of_another_shape_is_a_failing_action(talk, answer):
    talk.actions.script["action_check_bill"] = lambda call: answer
    with pytest.raises(RasaException):
        talk.say("这月电费多少钱")
    assert talk.tracker() is None


def test_a_turn_that_says_nothing_fails_for_good(talk):
    talk.actions.script["action_check_bill"] = lambda call: {"events": [], "responses": []}
    with pytest.raises(TurnFailed):
        talk.say("这月电费多少钱")


def test_a_turn_that_does_not_end_fails_for_good(talk):
    talk.actions.script["action_check_bill"] = says("again", follow_up("action_check_bill"))
    with pytest.raises(TurnFailed):
        talk.say("这月电费多少钱")


def test_of_two_servers_one_saves(talk, store_url):
    talk.say("谢谢")
    stale = talk.tracker()
    talk.say("谢谢")
    other = CompactTrackerStore(store_url, talk.processor.domain)
    with pytest.raises(Overtaken):
        asyncio.get_event_loop().run_until_complete(other.save_turn(stale, "m9", []))


def test_a_long_conversation_keeps_a_small_row(talk):
    def size() -> int:
        with talk.processor.tracker_store._engine.connect() as connection:
            return len(connection.execute(sa.select(TRACKERS.c.state)).scalar())

    talk.say("谢谢")
    early = size()
    for _ in range(60):
        talk.say("这月电费多少钱")
    assert size() <= early + 200
    assert len(talk.tracker().events) < 20


def test_a_session_forgets_its_slots_when_it_has_expired(talk, monkeypatch):
    talk.actions.script["action_check_bill"] = says("bill", slot("verify_goal", "action_check_bill"))
    talk.say("这月电费多少钱")
    assert talk.tracker().get_slot("verify_goal") == "action_check_bill"
    with talk.processor.tracker_store._engine.begin() as connection:
        connection.execute(TRACKERS.update().values(last_user_at=0))
    assert talk.tracker().get_slot("verify_goal") is None


def test_an_offer_holds_for_the_next_message_only(talk):
    talk.actions.script["action_check_bill"] = says("bill", slot("pending_offer", "action_pay_bill"))
    talk.say("这月电费多少钱")
    talk.say("阶梯电价怎么算")
    assert talk.tracker().get_slot("pending_offer") is None
