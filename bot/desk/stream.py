"""Server-sent events of the desk: they only say that something has changed, the page then asks for that part again.

An open stream is what makes an agent present.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from sse_starlette import EventSourceResponse

from bot.desk.guard import COOKIE, Guard
from bot.desk.parts import Parts
from bot.staff import Person, may

POLL_SECONDS = 2.0
PRESENT_SECONDS = 20.0
BREATH_SECONDS = 0.3


def router(parts: Parts, guard: Guard) -> APIRouter:
    routes = APIRouter()
    mine = guard.needs("self")

    @routes.get("/stream")
    async def stream(request: Request, c: str = Query("", max_length=64), person: Person = mine) -> EventSourceResponse:
        token = request.cookies.get(COOKIE, "")
        return EventSourceResponse(events(parts, person, token, c), ping=15)

    return routes


async def events(parts: Parts, person: Person, token: str, conversation_id: str) -> AsyncIterator[dict[str, str]]:
    """Yields the names of what has changed, until the session ends."""
    known: dict[str, object] = {}
    looked_in = 0.0
    with parts.changes.watch_all() as changed:
        while True:
            changed.clear()
            if time.monotonic() - looked_in > PRESENT_SECONDS:
                looked_in = time.monotonic()
                if await to_thread.run_sync(lambda: parts.staff.door.person(token, acting=False)) is None:
                    yield {"event": "bye", "data": "-"}
                    return
            now = await to_thread.run_sync(_look, parts, person, conversation_id)
            for name in [name for name in now if known and now[name] != known[name]]:
                yield {"event": name, "data": "-"}
            if not known:
                yield {"event": "hello", "data": "-"}
            known = now
            await _wait(changed)


def _look(parts: Parts, person: Person, conversation_id: str) -> dict[str, object]:
    """What the page shows, in a form that differs when it would."""
    seen: dict[str, object] = {}
    if may(person.role, "alarms"):
        seen["alarm"] = [alarm.message_id for alarm in parts.fieldwork.unseen_alarms()]
    if may(person.role, "desk"):
        seen["list"] = parts.board.signature()
        if conversation_id:
            conversation = parts.board.conversation(conversation_id)
            seen["thread"] = conversation.last_seq
            seen["holding"] = (conversation.owner, conversation.agent_id)
    return seen


async def _wait(changed: asyncio.Event) -> None:
    """Until something changes, at least a breath: a busy hour must not make every page ask without pause."""
    await asyncio.sleep(BREATH_SECONDS)
    try:
        await asyncio.wait_for(changed.wait(), POLL_SECONDS)
    except TimeoutError:
        return
