"""Danger reaches people: the banner at the desk, and a text message to whoever the supplier has named."""

import asyncio

import pytest

from bot.channels.demo.sms import DemoSmsDriver
from bot.clock import FixedClock
from bot.conversations.outbox import deliver
from bot.storage.engine import Database
from tests.desk.conftest import Desk, make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes"]
ON_CALL, SAFETY_OFFICER = "13700000091", "13700000092"


@pytest.fixture
def demo(any_db: Database, clock: FixedClock) -> Desk:
    return make_desk(any_db, clock, demo=True)


def delivered(desk: Desk) -> DemoSmsDriver:
    assert desk.house.sms is not None
    while asyncio.run(desk.house.sms.post.round()):
        pass
    return desk.house.demo_sms


def test_danger_goes_to_the_phones_once_for_the_ticket(demo: Desk) -> None:
    conversation = demo.talking()
    demo.says(conversation, "我是张三,前庄村口电线掉地上了还在冒火")
    demo.says(conversation, "电线还在冒火,快来")
    carrier = delivered(demo)
    (ticket,) = demo.house.fieldwork.of_conversation(conversation)
    for phone in (ON_CALL, SAFETY_OFFICER):
        (message,) = carrier.inbox(phone)
        assert ticket.no in message.text and "前庄村口" in message.text
        assert "张三" not in message.text and "冒火" not in message.text


def test_danger_the_guard_did_not_hear_goes_there_too(demo: Desk) -> None:
    """The dialogue may find a danger by itself: its ticket is opened by the action, in another process."""
    demo.house.fieldwork.open_hazard_ticket("c9", "unknown", set(), "那边有点吓人", "c9:1")
    (message,) = delivered(demo).inbox(ON_CALL)
    assert "没说明的危险" in message.text and "吓人" not in message.text


def test_nobody_named_is_nobody_told(any_db: Database, clock: FixedClock) -> None:
    desk = make_desk(any_db, clock)
    desk.says(desk.talking(), "电线掉地上了还在冒火")
    assert deliver(desk.house.outbox, {}) == 0
    assert len(desk.house.fieldwork.unseen_alarms()) == 1
