"""Outside the hours of the desk: whoever waits hears when people are back, once, and is told their place after that."""

from datetime import datetime

import pytest

from bot.clock import LOCAL, FixedClock
from bot.errors import InvalidInput
from bot.storage.engine import Database
from bot.supplier import Duty, Hours, WorkCalendar
from bot.supplier.hours import read_hours
from tests.conversations.conftest import ANNA, BEN, Room, make_room

USUAL = {"周一至周五": "8:00-12:00 14:30-17:30", "节假日": "休息"}
DUTY = Duty(Hours.model_validate(read_hours(USUAL)), WorkCalendar())


@pytest.fixture
def room(any_db: Database, clock: FixedClock) -> Room:
    return make_room(any_db, clock, duty=lambda: DUTY)


def at(room: Room, text: str) -> None:
    room.clock.instant = datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def told(room: Room, conversation: str) -> str:
    return room.texts(conversation)[-1][1]


def test_asking_at_night_the_customer_hears_when_people_are_back(room: Room) -> None:
    at(room, "2026-11-24T22:00")
    place = room.conversations.request_human(room.start(), reason="asked_for")
    assert place.back_at == datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL)
    at(room, "2026-11-25T09:00")
    assert room.conversations.request_human(room.start(), reason="asked_for").back_at is None


def test_nobody_is_told_twice_of_the_same_night_and_in_the_morning_the_wait_counts_anew(room: Room) -> None:
    at(room, "2026-11-24T22:00")
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    spoken = []
    for minute in range(13 * 60):
        if room.timeouts.sweep(set()):
            spoken.append((minute, told(room, conversation)))
        room.clock.advance(minutes=1)
    assert [minute for minute, _ in spoken] == [605, 610, 620, 640, 680]  # 8:05, 8:10, 8:20, 8:40, 9:20
    assert all("现在是第 1 位" in words for _, words in spoken)


def test_who_waits_when_people_leave_is_told_at_once_and_once(room: Room) -> None:
    at(room, "2026-11-24T11:58")
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    assert room.timeouts.sweep(set()) == []
    at(room, "2026-11-24T12:00")
    assert room.timeouts.sweep(set()) == [conversation] and room.timeouts.sweep(set()) == []
    assert told(room, conversation).startswith("现在没有人值班,今天 14:30起回复;急事请打95598。")
    at(room, "2026-11-24T17:30")
    room.timeouts.sweep(set())
    assert told(room, conversation).startswith("现在没有人值班,明天 8:00起回复")


def test_an_agent_who_leaves_at_the_end_of_the_day_leaves_a_time(room: Room) -> None:
    conversation = room.held(ANNA)
    at(room, "2026-11-27T17:31")
    assert room.timeouts.sweep(set()) == [conversation]
    assert "已经帮您重新排队。现在没有人值班,11月30日 8:00起回复" in told(room, conversation)
    assert room.timeouts.sweep(set()) == []


def test_when_the_bot_fails_at_night_the_time_is_told_with_it(room: Room) -> None:
    at(room, "2026-11-24T22:00")
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [InvalidInput("empty")]
    room.serve(conversation)
    assert "转给了真人。现在没有人值班,明天 8:00起回复" in told(room, conversation)
    assert room.timeouts.sweep(set()) == []


def test_nobody_in_danger_hears_of_hours(room: Room) -> None:
    at(room, "2026-11-24T22:00")
    conversation = room.start()
    room.say(conversation, "电线掉地上了还在冒火")
    assert room.timeouts.sweep(set()) == []
    assert "值班" not in "".join(text for _, text in room.texts(conversation))


def test_passed_into_the_queue_after_hours_the_time_is_told(room: Room) -> None:
    conversation = room.held(ANNA)
    at(room, "2026-11-24T18:00")
    room.handling.pass_on(conversation, ANNA, None, "明天接着办")
    assert "现在没有人值班,明天 8:00起回复" in told(room, conversation)
    room.handling.claim(conversation, BEN)
    assert room.state(conversation) == "agent"
