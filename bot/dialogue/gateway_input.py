"""The turn endpoint: one message in, its cards out, or an answer that says whether asking again can help."""

import asyncio
import hmac
import logging
import traceback
from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.constants import USER_INTENT_BACK, USER_INTENT_RESTART, USER_INTENT_SESSION_START
from sanic import Blueprint, Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue.processor import FALLBACK, TurnFailed, TurnProcessor, new_message
from bot.language import sanitise_command

log = logging.getLogger("lamplighter.dialogue")
KEY = "x-lamplighter-key"
# Intents that are no customer's: Rasa's own commands, and what the classifier says when it is not sure.
NOT_TO_CHOOSE = {USER_INTENT_RESTART, USER_INTENT_BACK, USER_INTENT_SESSION_START, FALLBACK}


class GatewayInput(InputChannel):
    """`POST turn` with `{message_id, conversation_id, channel, text}` or, for a chosen option, `{…, intent, entities,
    title}` instead of `text`. 200 `{replies}`; 503 `{error, permanent}`; 400 for a shape that cannot be read."""

    processor: TurnProcessor

    def __init__(self, private_key: str) -> None:
        self.private_key = private_key
        self._under_way: set[asyncio.Task[HTTPResponse]] = set()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "GatewayInput":
        return cls((credentials or {})["private_key"])

    @classmethod
    def name(cls) -> str:
        return "gateway"

    def blueprint(self, on_new_message: Callable[..., Any]) -> Blueprint:
        routes = Blueprint("gateway_input")

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            return await self._to_its_end(request)

        return routes

    async def _to_its_end(self, request: Request) -> HTTPResponse:
        """A caller that hangs up must not leave the turn half-done: it runs on, and its answer is there to be asked."""
        task = asyncio.ensure_future(self._turn(_body(request)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _turn(self, body: Any) -> HTTPResponse:
        if not self._readable(body):
            return response.json({"error": "shape"}, status=400)
        try:
            return response.json({"replies": await self.processor.answer(_message(body))})
        except TurnFailed as error:
            log.error("turn failed for good: %s", error)
            return response.json({"error": str(error), "permanent": True}, status=503)
        except Exception as error:
            log.warning("turn failed: %s at %s", type(error).__name__, _where(error))
            return response.json({"error": type(error).__name__, "permanent": False}, status=503)

    def _readable(self, body: Any) -> bool:
        if not isinstance(body, dict) or not _named(body.get("message_id"), body.get("conversation_id")):
            return False
        if "intent" not in body:
            return _named(body.get("text"))
        chosen = _named(body["intent"]) and body["intent"] in {*self.processor.domain.intents} - NOT_TO_CHOOSE
        return chosen and isinstance(body.get("entities", {}), dict)


def lock_every_door(app: Sanic, key: str) -> None:
    """Refuses every call without the key of this start, whatever route it asks for."""

    async def refuse(request: Request) -> HTTPResponse | None:
        if hmac.compare_digest(request.headers.get(KEY, "").encode(), key.encode()):
            return None
        return response.json({"error": "forbidden"}, status=403)

    app.register_middleware(refuse, "request")


def _body(request: Request) -> Any:
    try:
        return request.json
    except SanicException:
        return None


def _where(error: BaseException) -> str:
    """The line an error was raised at: what the log may hold of it. Its text may quote a customer."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"


def _named(*values: Any) -> bool:
    return all(isinstance(value, str) and value for value in values)


def _message(body: dict[str, Any]) -> UserMessage:
    if "intent" not in body:
        return new_message(body, sanitise_command(body["text"]), None)
    title = str(body.get("title") or "")
    entities = [
        {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "option"}
        for name, value in body.get("entities", {}).items()
    ]
    intent = {"name": body["intent"], "confidence": 1.0}
    parsed = {"text": title, "intent": intent, "intent_ranking": [intent], "entities": entities, "option": True}
    return new_message(body, title, parsed)
