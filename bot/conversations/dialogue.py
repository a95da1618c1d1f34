"""Asking the dialogue: one message in, one to three cards out, or an error that says whether asking again can help."""

from typing import Any, Protocol

import httpx

from bot.conversations.turns import OwedTurn
from bot.errors import InvalidInput, LamplighterError, Unavailable
from bot.replies.cards import Card, read_card

TURN = "/webhooks/gateway/turn"
HEALTH = "/webhooks/gateway/"


class Dialogue(Protocol):
    async def turn(self, owed: OwedTurn) -> list[Card]:
        """The cards that answer this message. The same message id asked again gets the same cards, and runs once."""

    async def ready(self) -> bool: ...


class HttpDialogue:
    """The dialogue process over HTTP, on this machine."""

    def __init__(self, url: str, private_key: str, timeout_seconds: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"X-Lamplighter-Key": private_key},
            trust_env=False,
            timeout=httpx.Timeout(timeout_seconds, connect=5),
            limits=httpx.Limits(max_connections=64),
        )

    async def turn(self, owed: OwedTurn) -> list[Card]:
        try:
            response = await self._client.post(TURN, json=_question(owed))
        except httpx.HTTPError as error:
            raise Unavailable("对话服务暂时不可用", detail=type(error).__name__) from error
        if response.status_code == 200:
            return _cards(response.json())
        raise _refusal(response)

    async def ready(self) -> bool:
        try:
            return (await self._client.get(HEALTH, timeout=2)).status_code == 200
        except httpx.HTTPError:
            return False

    async def aclose(self) -> None:
        await self._client.aclose()


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


def _refusal(response: httpx.Response) -> LamplighterError:
    detail = f"dialogue answered {response.status_code}"
    try:
        permanent = bool(response.json().get("permanent"))
    except (ValueError, AttributeError):
        permanent = False
    if permanent or response.status_code == 400:
        return InvalidInput("对话服务不能回答这条消息", detail=detail)
    return Unavailable("对话服务暂时不可用", detail=detail)
