"""A gateway in memory that keeps the web chat contract and misbehaves when told to: the page's own tests talk to it."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from bot.processes.child import free_port
from tests.browser.scripted import GREETING, Reply, answers_to

STATIC = Path(__file__).parents[2] / "bot" / "channels" / "web" / "static"
COOKIE = "lamplighter_session"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
MESSAGES = {
    400: ("shape", "请求不合格式"),
    401: ("no_session", "会话已失效,请重新打开页面"),
    409: ("option_expired", "这个选项已经过期,请看最新的消息,或直接打字告诉我。"),
    422: ("too_long", "一次最多写 2000 个字,请分几次发"),
    429: ("rate_limited", "您发得太快了,请过一会儿再发。"),
    500: ("internal", "系统出了点问题,请稍后再试,或拨打 95598。"),
    503: ("unavailable", "系统正忙,请稍后再试。"),
}


@dataclass
class Conversation:
    """One customer's thread, and what the server knows of it."""

    id: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    by_client: dict[str, int] = field(default_factory=dict)
    state: str = "bot"
    busy: bool = False
    delayed: bool = False
    issued: dict[str, str] = field(default_factory=dict)

    def add(self, author: str, reply: Reply) -> int:
        number = len(self.messages) + 1
        options = [{"id": f"{self.id}-{number}-{n}", "title": title} for n, title in enumerate(reply.options, 1)]
        if options:
            self.issued = {option["id"]: option["title"] for option in options}
        sent_at = reply.sent_at or datetime.now(UTC).isoformat()
        row = {"id": number, "author": author, "text": reply.text, "card": reply.card}
        self.messages.append({**row, "options": options, "sent_at": sent_at})
        return number

    def told(self) -> dict[str, Any]:
        return {"state": self.state, "busy": self.busy, "delayed": self.delayed}


class FakeGateway:
    """Runs in a thread of the tests. Every method may be called from a test; the page meets it only over HTTP."""

    def __init__(self) -> None:
        self._up = threading.Event()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), port=self.port, log_level="error", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.reset()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(20), "the fake gateway did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    # What a test may do

    def reset(self) -> None:
        """Forgets everything and behaves well again."""
        self.conversations: dict[str, Conversation] = {}
        self.posts: list[dict[str, Any]] = []
        self.send_faults: deque[int] = deque()
        self.read_faults: deque[int] = deque()
        self.lose_answer = 0
        self.retry_after = 1
        self.stream_refused = False
        self.stream_mute = False
        self.hold_answers = False
        self.hold_sessions = False
        self.streams_ended = 0
        self.streams_opened = 0
        self.resumed_after: list[int] = []

    @property
    def newest(self) -> Conversation:
        return list(self.conversations.values())[-1]

    def say(self, text: str, author: str = "bot", *, options: tuple[str, ...] = (), at: str = "", **card: Any) -> None:
        """A message that arrives by itself: from the bot, an agent or the system."""
        self.newest.add(author, Reply(text, card or None, options, at))

    def drop_streams(self) -> None:
        self.streams_ended += 1

    def lose_sessions(self) -> None:
        self.conversations.clear()

    def release(self) -> None:
        """Gives the answers that were held back."""
        self.hold_answers = False
        conversation = self.newest
        self._answer(conversation, conversation.messages[-1]["text"])

    # What the page meets

    def _app(self) -> FastAPI:
        app = FastAPI(lifespan=self._lifespan)
        app.post("/chat/api/session", response_model=None)(self._session)
        app.post("/chat/api/messages", response_model=None)(self._send)
        app.get("/chat/api/messages", response_model=None)(self._read)
        app.get("/chat/api/stream", response_model=None)(self._stream)
        app.get("/chat/", response_model=None)(lambda: FileResponse(STATIC / "index.html"))
        app.mount("/chat/static", StaticFiles(directory=STATIC))
        app.middleware("http")(_secured)
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        self._up.set()
        yield

    def _of(self, request: Request) -> Conversation | None:
        return self.conversations.get(request.cookies.get(COOKIE, ""))

    async def _session(self, request: Request) -> Response:
        if self.read_faults:
            return self._refusal(self.read_faults.popleft())
        known = self._of(request)
        while self.hold_sessions:
            await asyncio.sleep(0.02)
        if known:
            return JSONResponse({"conversation_id": known.id}, 200)
        conversation = Conversation(f"c{len(self.conversations) + 1}-{datetime.now(UTC).timestamp()}")
        conversation.add("bot", GREETING)
        self.conversations[conversation.id] = conversation
        response = JSONResponse({"conversation_id": conversation.id}, 201)
        response.set_cookie(COOKIE, conversation.id, httponly=True, samesite="lax")
        return response

    async def _send(self, request: Request) -> Response:
        body = await request.json()
        self.posts.append(body)
        if self.send_faults:
            return self._refusal(self.send_faults.popleft())
        conversation = self._of(request)
        if conversation is None:
            return self._refusal(401)
        if (text := _said(conversation, body)) is None:
            return self._refusal(409)
        number = conversation.by_client.get(body["client_id"])
        if number is None:
            number = conversation.by_client[body["client_id"]] = conversation.add("customer", Reply(text))
            self._owe(conversation, text)
        if self.lose_answer:
            self.lose_answer -= 1
            return self._refusal(503)
        return JSONResponse({"message_id": number}, 202)

    def _owe(self, conversation: Conversation, text: str) -> None:
        if self.hold_answers:
            conversation.busy = True
        else:
            self._answer(conversation, text)

    def _answer(self, conversation: Conversation, text: str) -> None:
        for reply in answers_to(text):
            conversation.add("bot", reply)
        conversation.busy = conversation.delayed = False
        if text == "转人工":
            conversation.state = "queued"

    async def _read(self, request: Request, after: int = 0) -> Response:
        if self.read_faults:
            return self._refusal(self.read_faults.popleft())
        conversation = self._of(request)
        if conversation is None:
            return self._refusal(401)
        rest = conversation.messages[after:]
        return JSONResponse({"messages": rest[:20], **conversation.told(), "more": len(rest) > 20})

    async def _stream(self, request: Request, after: int = 0) -> Response:
        conversation = self._of(request)
        if conversation is None or self.stream_refused:
            return self._refusal(503 if conversation else 401)
        resumed = request.headers.get("last-event-id", "")
        start = max(after, int(resumed)) if resumed.isdecimal() else after
        self.streams_opened += 1
        self.resumed_after.append(start)
        return StreamingResponse(self._events(conversation, start), media_type="text/event-stream")

    async def _events(self, conversation: Conversation, after: int) -> AsyncIterator[str]:
        ended, told = self.streams_ended, None
        yield ": open\n\n"
        while ended == self.streams_ended and not self._server.should_exit:
            for message in [] if self.stream_mute else conversation.messages[after:]:
                after = message["id"]
                yield _event("message", message, after)
            if not self.stream_mute and told != conversation.told():
                told = conversation.told()
                yield _event("state", told)
            await asyncio.sleep(0.02)

    def _refusal(self, status: int) -> JSONResponse:
        code, message = MESSAGES[status]
        headers = {"Retry-After": str(self.retry_after)} if status == 429 else {}
        return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def _said(conversation: Conversation, body: dict[str, Any]) -> str | None:
    return conversation.issued.get(body["option"]) if "option" in body else str(body["text"]).replace("\x07", "")


def _event(name: str, data: dict[str, Any], number: int | None = None) -> str:
    numbered = f"id: {number}\n" if number else ""
    return f"event: {name}\n{numbered}data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _secured(request: Request, call_next: Any) -> Response:
    response: Response = await call_next(request)
    response.headers["Content-Security-Policy"] = POLICY
    return response
