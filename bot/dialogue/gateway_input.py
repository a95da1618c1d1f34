"""The turn endpoint: one message in, its cards out, or an answer that says whether asking again can help."""

import asyncio
import hmac
import logging
import traceback
from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.dialogue.processor import TurnFailed, TurnProcessor, new_message
from bot.language import sanitise_command

log = logging.getLogger("lamplighter.dialogue")
KEY = "x-lamplighter-key"


class GatewayInput(InputChannel):
    """`POST turn` with `{message_id, conversation_id, channel, text}` or, for a chosen option, `{…, intent, entities,
    title}` instead of `text`. 200 `{replies}`; 503 `{error, permanent}`; 400 for a shape that cannot be read."""

    def __init__(self, processor: TurnProcessor, private_key: str) -> None:
        self._processor = processor
        self._key = private_key

    @classmethod
    def name(cls) -> str:
        return "gateway"

    def blueprint(self, on_new_message: Callable[..., Any]) -> Blueprint:
        routes = Blueprint("gateway_input")

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return self._refused(request) or response.json({"status": "ok"})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            refused = self._refused(request)
            if refused is not None:
                return refused
            # A caller that hangs up must not leave the turn half-done.
            return await asyncio.shield(asyncio.ensure_future(self._turn(request.json)))

        return routes

    def _refused(self, request: Request) -> HTTPResponse | None:
        if self._key and not hmac.compare_digest(request.headers.get(KEY, ""), self._key):
            return response.json({"error": "forbidden"}, status=403)
        return None

    async def _turn(self, body: Any) -> HTTPResponse:
        if not _readable(body):
            return response.json({"error": "shape"}, status=400)
        try:
            return response.json({"replies": await self._processor.answer(_message(body))})
        except TurnFailed as error:
            return response.json({"error": str(error), "permanent": True}, status=503)
        except Exception as error:
            log.warning("turn failed: %s at %s", type(error).__name__, _where(error))
            return response.json({"error": type(error).__name__, "permanent": False}, status=503)


def _where(error: BaseException) -> str:
    """The line an error was raised at: what the log may hold of it. Its text may quote a customer."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}"


def _readable(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    needed = [body.get("message_id"), body.get("conversation_id"), body.get("intent", body.get("text"))]
    entities = body.get("entities", {})
    return all(isinstance(value, str) and value for value in needed) and isinstance(entities, dict)


def _message(body: dict[str, Any]) -> Any:
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
