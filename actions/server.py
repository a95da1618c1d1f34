"""Serves the actions to the dialogue: our own app around rasa-sdk's executor, on this machine and behind a key."""

import bot.quiet  # noqa: F401  # isort: skip  (before anything that reads Chinese words)

import hmac
import os
from collections.abc import Coroutine
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import structlog
import uvicorn
from anyio import to_thread
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions import house as actions_house
from bot.bootstrap import build
from bot.logs import configure_logs
from bot.settings import load_settings

WARM_UP = "warm up"  # loads the dictionary and the policies before the first customer does
log = structlog.get_logger()
T = TypeVar("T")


def create_app(private_key: str) -> FastAPI:
    """POST /webhook runs one action. A failing action answers 500 with its name; nothing of it passes for success."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    executor = ActionExecutor()
    executor.register_package("actions")

    def allow(request: Request) -> None:
        if not hmac.compare_digest(request.headers.get("x-lamplighter-key", ""), private_key):
            raise HTTPException(403)

    @app.get("/health")
    async def health(request: Request) -> dict[str, str]:
        allow(request)
        return {"status": "ok"}

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        allow(request)
        return await _run(executor, await request.json())

    return app


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> JSONResponse:
    """Runs the action in a thread of its own: actions read the database, and others must not wait for that."""
    action = call.get("next_action")
    call.setdefault("domain", {"slots": {}, "forms": {}})
    try:
        result = await to_thread.run_sync(lambda: _to_its_end(executor.run(call)))
    except ActionExecutionRejection as rejection:
        return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, 400)
    except ActionNotFoundException:
        return JSONResponse({"error": "no such action", "action_name": action}, 404)
    except Exception as error:
        log.error("action_failed", action=action, error=type(error).__name__, detail=getattr(error, "detail", ""))
        return JSONResponse({"error": type(error).__name__, "action_name": action}, 500)
    return JSONResponse(result.model_dump() if result is not None else {"events": [], "responses": []})


def _to_its_end(action: Coroutine[Any, Any, T]) -> T:
    """What an action returns. Ours wait for nothing: an event loop made for each would be a sixth of its cost."""
    try:
        action.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    action.close()
    raise RuntimeError("an action waits for something: it has a thread, not an event loop")


def main() -> None:
    configure_logs()
    settings = load_settings()
    house = build(settings)
    actions_house.use(house)
    house.knowledge.answer(WARM_UP)
    port = urlsplit(settings.actions_url).port or 0
    uvicorn.run(
        create_app(settings.private_key),
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    os._exit(0)


if __name__ == "__main__":
    main()
