"""Asking the dialogue: one message in, one to three cards out, or an error that says whether asking again can help."""

import json
from typing import Any, Protocol

import aiohttp

from bot.conversations.turns import OwedTurn
from bot.errors import InvalidInput, LamplighterError, Unavailable
from bot.replies.cards import Card, read_card

TURN = "/webhooks/gateway/turn"
HEALTH = "/webhooks/gateway/"
CONNECTIONS = 64
CONNECT_SECONDS = 5.0
IDLE_SECONDS = 4.0  # the dialogue closes idle connections after 5 s: ours must go first


class Dialogue(Protocol):
    async def turn(self, owed: OwedTurn) -> list[Card]:
        """The cards that answer this message. The same message id asked again gets the same cards, and runs once."""

    async def ready(self) -> bool: ...


class HttpDialogue:
    """The dialogue process over HTTP, on this machine, over connections that are kept open."""

    def __init__(self, url: str, private_key: str, timeout_seconds: float) -> None:
        self._url = url
        self._headers = {"X-Lamplighter-Key": private_key}
        self._patience = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS)
        self._kept: aiohttp.ClientSession | None = None

    async def turn(self, owed: OwedTurn) -> list[Card]:
        try:
            async with self._session().post(self._url + TURN, json=_question(owed)) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("对话服务暂时不可用", detail=type(error).__name__) from error
        if status == 200:
            return _cards(_parsed(body))
        raise _refusal(status, _parsed(body))

    async def ready(self) -> bool:
        try:
            async with self._session().get(self._url + HEALTH, timeout=aiohttp.ClientTimeout(total=2)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def aclose(self) -> None:
        if self._kept is not None:
            await self._kept.close()

    def _session(self) -> aiohttp.ClientSession:
        """Opened inside the running loop, at the first call."""
        if self._kept is None or self._kept.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
            self._kept = aiohttp.ClientSession(connector=connector, headers=self._headers, timeout=self._patience)
        return self._kept


def _question(owed: OwedTurn) -> dict[str, Any]:
    question: dict[str, Any] = {
        "message_id": owed.message_id,
        "conversation_id": owed.conversation_id,
        "channel": owed.channel,
    }
    return question | (owed.chosen if owed.chosen is not None else {"text": owed.text})


def _cards(body: Any) -> list[Card]:
    replies = body.get("replies") if isinstance(body, dict) else None
    if not isinstance(replies, list) or not replies:
        raise InvalidInput("对话服务没有回答", detail="empty replies")
    return [read_card(reply) for reply in replies]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _refusal(status: int, body: Any) -> LamplighterError:
    detail = f"dialogue answered {status}"
    permanent = isinstance(body, dict) and bool(body.get("permanent"))
    if permanent or status == 400:
        return InvalidInput("对话服务不能回答这条消息", detail=detail)
    return Unavailable("对话服务暂时不可用", detail=detail)
