"""The work itself: the list, a conversation, claiming it, answering, passing it on, giving it back, closing it."""

import secrets

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from bot.conversations.handling import Handler
from bot.desk.guard import Guard, fields
from bot.desk.pages import NO_STORE, Pages, from_htmx, go
from bot.desk.parts import Parts
from bot.desk.reading import Reading
from bot.errors import Conflict, InvalidInput
from bot.staff import Person, may


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    """Looking: pages and the parts of pages that htmx asks for again."""
    routes = APIRouter()
    reading = Reading(parts)
    mine, desk = guard.needs("self"), guard.needs("desk")

    @routes.get("/")
    async def home(person: Person = mine) -> Response:
        if not may(person.role, "desk"):
            return pages.page("home", person)
        entries = await to_thread.run_sync(reading.entries, person)
        return pages.page("desk", person, entries=entries, current=None)

    @routes.get("/list")
    async def board(current: str = Query("", max_length=64), person: Person = desk) -> Response:
        entries = await to_thread.run_sync(reading.entries, person)
        return pages.page("list", person, entries=entries, current_id=current)

    @routes.get("/c/{conversation_id}")
    async def conversation(conversation_id: str, person: Person = desk) -> Response:
        current = await to_thread.run_sync(reading.open, person, conversation_id)
        entries = await to_thread.run_sync(reading.entries, person)
        view = await to_thread.run_sync(reading.messages, person, conversation_id, _recent(current.last_seq))
        held = await to_thread.run_sync(reading.holding, person, current)
        return pages.page(
            "desk", person, entries=entries, current=current, view=view, held=held, client_id=_client_id()
        )

    @routes.get("/c/{conversation_id}/messages")
    async def messages(conversation_id: str, after: int = Query(0, ge=0), person: Person = desk) -> Response:
        view = await to_thread.run_sync(reading.messages, person, conversation_id, after)
        if not view.messages:
            return Response(status_code=204, headers=NO_STORE)
        return pages.page("messages", person, view=view, conversation_id=conversation_id, after=after)

    @routes.get("/c/{conversation_id}/holding")
    async def holding(conversation_id: str, person: Person = desk) -> Response:
        current = await to_thread.run_sync(reading.open, person, conversation_id)
        held = await to_thread.run_sync(reading.holding, person, current)
        return pages.page("holding", person, current=current, held=held, client_id=_client_id())

    @routes.get("/c/{conversation_id}/side")
    async def side(conversation_id: str, person: Person = desk) -> Response:
        found = await to_thread.run_sync(reading.side, person, conversation_id)
        current = await to_thread.run_sync(parts.board.conversation, conversation_id)
        mine = current.agent_id == person.id or may(person.role, "oversee")
        return pages.page("side", person, side=found, mine=mine, conversation_id=conversation_id)

    return routes


def acts_router(parts: Parts, guard: Guard) -> APIRouter:
    """Doing: each act is a compare-and-set in conversations, and wakes whoever looks."""
    routes = APIRouter(prefix="/c/{conversation_id}")
    handling, tell = parts.handling, parts.changes.tell
    desk = guard.needs("desk")

    @routes.post("/claim")
    async def claim(request: Request, conversation_id: str, person: Person = desk) -> Response:
        await to_thread.run_sync(handling.claim, conversation_id, _handler(person))
        tell(conversation_id)
        return go(request, f"/desk/c/{conversation_id}")

    @routes.post("/reply")
    async def reply(request: Request, conversation_id: str, person: Person = desk) -> Response:
        text, client_id, seen = await fields(request, "text", "client_id", "seen")
        await to_thread.run_sync(handling.reply, conversation_id, _handler(person), text, client_id, _number(seen))
        tell(conversation_id)
        sent = Response(status_code=204, headers=NO_STORE)
        return sent if from_htmx(request) else go(request, f"/desk/c/{conversation_id}")

    @routes.post("/seen")
    async def seen(request: Request, conversation_id: str, person: Person = desk) -> Response:
        (seq,) = await fields(request, "seen")
        await to_thread.run_sync(handling.seen, conversation_id, _handler(person), _number(seq))
        tell(conversation_id)
        return Response(status_code=204, headers=NO_STORE)

    return routes


def passing_router(parts: Parts, guard: Guard) -> APIRouter:
    """Passing a conversation on, to a colleague or into the queue."""
    routes = APIRouter(prefix="/c/{conversation_id}")
    reading = Reading(parts)
    desk = guard.needs("desk")

    @routes.post("/pass-on")
    async def pass_on(request: Request, conversation_id: str, person: Person = desk) -> Response:
        to, note = await fields(request, "to", "note")
        colleagues = await to_thread.run_sync(reading.colleagues, person)
        colleague = next((Handler(m.id, m.name) for m in colleagues if m.id == to), None)
        if to and colleague is None:
            raise Conflict("这位同事现在不在线,请另选一位,或转回排队", code="not_present")
        await to_thread.run_sync(parts.handling.pass_on, conversation_id, _handler(person), colleague, note)
        parts.changes.tell(conversation_id)
        return go(request, "/desk/")

    return routes


def leaving_router(parts: Parts, guard: Guard) -> APIRouter:
    """Letting go of a conversation."""
    routes = APIRouter(prefix="/c/{conversation_id}")
    handling, tell = parts.handling, parts.changes.tell
    desk, overseer = guard.needs("desk"), guard.needs("oversee")

    @routes.post("/give-back")
    async def give_back(request: Request, conversation_id: str, person: Person = desk) -> Response:
        (seq,) = await fields(request, "seen")
        await to_thread.run_sync(handling.give_back, conversation_id, _handler(person), _number(seq))
        tell(conversation_id)
        parts.wake(conversation_id)
        return go(request, "/desk/")

    @routes.post("/close")
    async def close(request: Request, conversation_id: str, person: Person = desk) -> Response:
        (seq,) = await fields(request, "seen")
        await to_thread.run_sync(handling.close, conversation_id, _handler(person), _number(seq))
        tell(conversation_id)
        return go(request, "/desk/")

    @routes.post("/put-back")
    async def put_back(request: Request, conversation_id: str, person: Person = overseer) -> Response:
        """A supervisor takes a conversation from a colleague back into the queue."""
        current = await to_thread.run_sync(parts.board.conversation, conversation_id)
        await to_thread.run_sync(handling.put_back, conversation_id, current.agent_id or "")
        tell(conversation_id)
        return go(request, f"/desk/c/{conversation_id}")

    return routes


def _handler(person: Person) -> Handler:
    return Handler(person.id, person.name)


def _client_id() -> str:
    return secrets.token_hex(8)


def _recent(last_seq: int) -> int:
    """The newest hundred messages; earlier ones are a step away."""
    return max(0, last_seq - 100)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput("请求不合格式,请刷新页面再试", code="shape")
    return int(text)
