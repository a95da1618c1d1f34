"""How long to expect: told only where enough people were taken of late, and counted in minutes somebody was there."""

from datetime import datetime

import pytest

from bot.clock import LOCAL, FixedClock
from bot.conversations.waits import ENOUGH
from bot.storage.engine import Database
from tests.conversations.conftest import ANNA, Room, make_room
from tests.conversations.test_hours import DUTY


@pytest.fixture
def room(any_db: Database, clock: FixedClock) -> Room:
    return make_room(any_db, clock)


def taken(room: Room, minutes: float, reason: str = "asked_for") -> str:
    """Somebody waits so long, alone, and an agent takes them."""
    conversation = room.start()
    room.conversations.request_human(conversation, reason=reason)
    room.clock.advance(minutes=minutes)
    room.handling.claim(conversation, ANNA)
    return conversation


def queued(room: Room) -> str:
    """One more at the end of the queue: of two who come at the same moment nobody is first."""
    room.clock.advance(seconds=0.001)
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    return conversation


def expected(room: Room) -> int | None:
    room.clock.advance(seconds=0.001)
    return room.conversations.request_human(room.start(), reason="asked_for").minutes


def test_without_enough_claims_nothing_is_promised(room: Room) -> None:
    for _ in range(ENOUGH - 1):
        taken(room, 3)
    assert expected(room) is None


def test_the_place_times_what_a_place_took_is_expected(room: Room) -> None:
    for minutes in (2, 3, 3, 4, 30):
        taken(room, minutes)
    assert [expected(room) for _ in range(3)] == [3, 6, 9]
    assert room.conversations.expected_minutes(4) == 12


def test_those_who_waited_behind_others_count_by_their_place(room: Room) -> None:
    for conversation in [queued(room) for _ in range(ENOUGH)]:
        room.clock.advance(minutes=2)
        room.handling.claim(conversation, ANNA)
    assert expected(room) == 2


def test_those_in_danger_and_old_claims_say_nothing_of_the_others(room: Room) -> None:
    for _ in range(ENOUGH):
        taken(room, 0, reason="danger")
    assert expected(room) is None
    for _ in range(ENOUGH):
        taken(room, 3)
    room.clock.advance(minutes=121)
    assert room.conversations.expected_minutes(1) is None


def test_one_who_is_put_back_and_taken_again_counts_once(room: Room) -> None:
    for _ in range(ENOUGH - 1):
        conversation = taken(room, 3)
    room.handling.put_back(conversation, ANNA.id)
    room.handling.claim(conversation, ANNA)
    assert room.conversations.expected_minutes(1) is None


def test_a_night_without_anybody_is_no_wait_and_at_night_nothing_is_expected(
    any_db: Database, clock: FixedClock
) -> None:
    room = make_room(any_db, clock, duty=lambda: DUTY)
    clock.instant = datetime.fromisoformat("2026-11-24T22:00").replace(tzinfo=LOCAL)
    waiting = [room.start() for _ in range(ENOUGH)]
    assert [room.conversations.request_human(each, reason="asked_for").minutes for each in waiting] == [None] * ENOUGH
    clock.instant = datetime.fromisoformat("2026-11-25T08:05").replace(tzinfo=LOCAL)
    for conversation in waiting:
        room.handling.claim(conversation, ANNA)
    assert room.conversations.expected_minutes(1) == 2  # the median of 5 minutes by places 1 to 5 is 100 s
