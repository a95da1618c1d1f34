"""The web chat API: a session, messages in, messages out. The page uses it, and so may an app."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse

from bot.channels.bodies import read_at_most
from bot.channels.changes import Changes
from bot.channels.web.session import WebSessions
from bot.channels.web.stream import events
from bot.channels.web.wire import view_json
from bot.conversations.intake import InboundMessage
from bot.conversations.service import Conversations
from bot.errors import InvalidInput, LamplighterError
from bot.replies.cards import Card

MAX_BODY = 64 * 1024
NO_STORE = {"Cache-Control": "no-store"}
After = Annotated[int, Query(ge=0, le=2**31 - 1)]


def router(
    conversations: Conversations,
    sessions: WebSessions,
    changes: Changes,
    wake: Callable[[str], None],
    greeting: Callable[[], Card],
    sessions_per_minute: int,
) -> APIRouter:
    """The routes under /chat/api. `wake` is told the conversation of each new message."""
    api = APIRouter(prefix="/chat/api")

    @api.post("/session")
    async def start(request: Request, response: Response) -> dict[str, str]:
        known = sessions.conversation_of(request)
        if known is not None and await to_thread.run_sync(conversations.exists, known):
            response.status_code = 200
            return {"conversation_id": known}
        address = sessions.address_hash(request)
        conversation_id = await to_thread.run_sync(
            lambda: conversations.start("web", greeting(), address_hash=address, per_minute=sessions_per_minute)
        )
        sessions.remember(request, response, conversation_id)
        response.status_code = 201
        return {"conversation_id": conversation_id}

    @api.post("/messages", status_code=202)
    async def send(request: Request) -> dict[str, int]:
        conversation_id = sessions.require(request)
        inbound = _inbound(conversation_id, await _body(request))
        received = await to_thread.run_sync(conversations.receive, inbound)
        changes.tell(conversation_id)
        if received.new and received.for_bot:
            wake(conversation_id)
        return {"message_id": received.seq}

    @api.get("/messages")
    async def read(request: Request, after: After = 0) -> JSONResponse:
        conversation_id = sessions.require(request)
        view = await to_thread.run_sync(conversations.view, conversation_id, after)
        return JSONResponse(view_json(view), headers=NO_STORE)

    @api.get("/stream")
    async def stream(request: Request, after: After = 0) -> EventSourceResponse:
        conversation_id = sessions.require(request)
        await to_thread.run_sync(conversations.newest, conversation_id)
        resumed = request.headers.get("last-event-id", "")
        start_after = max(after, int(resumed)) if resumed.isdecimal() and len(resumed) < 16 else after
        return EventSourceResponse(events(conversations, changes, conversation_id, start_after), ping=15)

    return api


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a request, at most 64 KB, read without taking more than that into memory."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise InvalidInput("请求必须是 JSON", code="shape")
    body = await read_at_most(request, MAX_BODY)
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("请求不是合格的 JSON", code="shape") from error
    if not isinstance(parsed, dict):
        raise InvalidInput("请求必须是一个 JSON 对象", code="shape")
    return parsed


def _inbound(conversation_id: str, body: dict[str, Any]) -> InboundMessage:
    fields = {name: body.get(name) for name in ("text", "option", "client_id")}
    if any(value is not None and not isinstance(value, str) for value in fields.values()):
        raise InvalidInput("请求的字段不合格式", code="shape")
    if unknown := set(body) - set(fields):
        raise InvalidInput("请求有不认识的字段", code="shape", detail=f"{len(unknown)} unknown fields")
    return InboundMessage(conversation_id, fields["text"], fields["option"], fields["client_id"])


STATUS_BY_CODE = {"shape": 400, "too_large": 413, "no_session": 401, "option_expired": 409}
STATUS_BY_CLASS = {
    "InvalidInput": 422,
    "NotAllowed": 401,
    "NotFound": 404,
    "Conflict": 409,
    "RateLimited": 429,
    "Unavailable": 503,
}


def error_response(error: LamplighterError) -> JSONResponse:
    """The one shape of every error: `{error: {code, message}}`, the message in Chinese."""
    status = STATUS_BY_CODE.get(error.code) or STATUS_BY_CLASS.get(type(error).__name__, 500)
    retry_after = getattr(error, "retry_after", None)
    headers = NO_STORE | ({"Retry-After": str(retry_after)} if retry_after else {})
    return JSONResponse({"error": {"code": error.code, "message": error.message}}, status, headers)
