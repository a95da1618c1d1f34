"""Whether people are there: one line for the page and for the sites that may frame it."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.channels.web import attendance
from bot.clock import FixedClock
from bot.supplier.duty import ALWAYS
from tests.conversations.conftest import ANNA, Room, make_room

SITE = "https://www.example.cn"


class Away:
    """Nobody is there until `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until

    def back_at(self, _now: datetime) -> datetime:
        return self.until


@pytest.fixture
def room(db, clock) -> Room:  # type: ignore[no-untyped-def]
    return make_room(db, clock)


def asked(room: Room, clock: FixedClock, duty: object = ALWAYS, origin: str = ""):  # type: ignore[no-untyped-def]
    app = FastAPI()
    app.include_router(attendance.router(room.conversations, lambda: duty, clock, (SITE,)))  # type: ignore[arg-type,return-value]
    with TestClient(app) as client:
        return client.get("/chat/api/desk", headers={"Origin": origin} if origin else {})


def test_people_are_there_and_nobody_waits(room: Room, clock: FixedClock) -> None:
    there = {"open": True, "waiting": 0, "wait_minutes": None, "text": "机器人随时答,可以转人工"}
    assert asked(room, clock).json() == there


def test_who_waits_is_counted(room: Room, clock: FixedClock) -> None:
    conversation_id = room.start()
    room.conversations.request_human(conversation_id, reason="asked")
    body = asked(room, clock).json()
    assert body["waiting"] == 1 and "前面有 1 位" in body["text"]


def test_how_long_to_expect_is_said_once_enough_were_taken(room: Room, clock: FixedClock) -> None:
    for _ in range(5):
        conversation_id = room.start()
        room.conversations.request_human(conversation_id, reason="asked")
        clock.advance(minutes=4)
        room.handling.claim(conversation_id, ANNA)
    assert asked(room, clock).json()["wait_minutes"] == 4
    room.conversations.request_human(room.start(), reason="asked")
    body = asked(room, clock).json()
    assert body["wait_minutes"] == 8 and "前面有 1 位,约等 8 分钟" in body["text"]


@pytest.mark.parametrize(("days", "text"), [(0, "人工 14:30 上班"), (1, "人工 11月25日14:30 上班")])
def test_when_people_are_back_is_said(room: Room, clock: FixedClock, days: int, text: str) -> None:
    back = clock.now() + timedelta(days=days, hours=5, minutes=30)
    body = asked(room, clock, Away(back)).json()
    assert body["open"] is False and text in body["text"]


def test_only_an_allowed_site_may_read_it(room: Room, clock: FixedClock) -> None:
    assert asked(room, clock, origin=SITE).headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-origin" not in asked(room, clock, origin="https://other.example").headers
