"""The stream says what has changed, keeps its reader present, and ends with the session."""

import asyncio

from bot.channels.changes import Changes
from bot.clock import FixedClock
from bot.desk import stream
from bot.gateway import Gateway, _desk_parts
from bot.staff import Person
from bot.storage.engine import Database
from tests.desk.conftest import Desk, make_desk
from tests.staff.conftest import PASSWORD


def entered(desk: Desk) -> tuple[str, Person]:
    desk.as_("agent")
    token = desk.house.staff.door.log_in("agent", PASSWORD, "", "x")
    person = desk.house.staff.door.person(token)
    assert person is not None
    return token, person


def test_what_changes_is_told_by_name(db: Database, clock: FixedClock) -> None:
    desk = make_desk(db, clock)
    parts = _desk_parts(Gateway(desk.house))
    conversation = desk.waiting()
    token, person = entered(desk)

    async def watch() -> list[str]:
        told = stream.events(parts, person, token, conversation)
        seen = [(await anext(told))["event"]]
        await asyncio.to_thread(desk.says, conversation, "电线掉地上了还在冒火")
        parts.changes.tell(conversation)
        seen += [(await anext(told))["event"] for _ in range(3)]
        await told.aclose()
        return seen

    seen = asyncio.run(watch())
    assert seen[0] == "hello" and set(seen[1:]) == {"alarm", "list", "thread"}


def test_it_ends_with_the_session(db: Database, clock: FixedClock, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(stream, "PRESENT_SECONDS", -1.0)
    monkeypatch.setattr(stream, "POLL_SECONDS", 0.01)
    desk = make_desk(db, clock)
    parts = _desk_parts(Gateway(desk.house))
    token, person = entered(desk)

    async def watch() -> list[str]:
        told = stream.events(parts, person, token, "")
        seen = [(await anext(told))["event"]]
        desk.house.staff.people.disable("agent")
        return [*seen, *[event["event"] async for event in told]]

    assert asyncio.run(watch()) == ["hello", "bye"]


def test_every_change_wakes_who_watches_all() -> None:
    async def watch() -> bool:
        changes = Changes()
        with changes.watch_all() as changed:
            changes.tell("c1")
            return changed.is_set()

    assert asyncio.run(watch())
