"""A real model and a real turn processor, with an action server that answers what a test tells it to."""

import bot.dialogue.quiet  # isort: skip  (before anything of Rasa)

import asyncio
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.naming import ROOT, model_name


class ScriptedActions:
    """Stands for the action endpoint. `script` maps an action to its answer, or to an exception to raise."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.script: dict[str, Any] = {}
        self.url = "scripted"

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        json.dumps(kwargs["json"])  # what cannot be sent cannot be answered
        action = kwargs["json"]["next_action"]
        self.called.append(action)
        answer = self.script.get(action, says(action))
        if isinstance(answer, Exception):
            raise answer
        return answer(kwargs["json"]) if callable(answer) else answer

    kwargs: dict[str, Any] = {"enable_selective_domain": True}


def says(kind: str, *events: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
    """An action that answers with one card and these events."""
    return lambda call: {"events": list(events), "responses": [{"custom": {"kind": kind}}]}


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


def follow_up(name: str) -> dict[str, Any]:
    return {"event": "followup", "name": name, "timestamp": None}


@pytest.fixture(scope="session")
def model() -> Path:
    path = ROOT / "var" / "models" / f"{model_name()}.tar.gz"
    if not path.exists():
        from bot.dialogue.train import train

        train(path.parent)
    return path


@pytest.fixture(scope="session")
def loaded(model: Path) -> Any:
    from bot.dialogue import fast
    from bot.dialogue.processor import load_processor

    bot.dialogue.quiet.quiet_logs()
    fast.install()
    return load_processor(str(model))


class Talk:
    """One conversation with the processor; `say` gives the kinds of the cards that come back."""

    def __init__(self, processor: Any, actions: ScriptedActions) -> None:
        self.processor = processor
        self.actions = actions
        self.conversation_id = uuid.uuid4().hex
        self.count = 0

    def say(self, text: str, message_id: str = "") -> list[str]:
        return self._turn({"text": text}, message_id)

    def choose(self, intent: str, message_id: str = "", **entities: str) -> list[str]:
        return self._turn({"intent": intent, "entities": entities, "title": intent}, message_id)

    def _turn(self, body: dict[str, Any], message_id: str) -> list[str]:
        from bot.dialogue.gateway_input import _message

        self.count += 1
        identity = {"message_id": message_id or f"{self.conversation_id}:{self.count}", "channel": "web"}
        message = _message({**body, **identity, "conversation_id": self.conversation_id})
        return [card["kind"] for card in asyncio.get_event_loop().run_until_complete(self.processor.answer(message))]

    def tracker(self) -> Any:
        return asyncio.get_event_loop().run_until_complete(self.processor.tracker_store.retrieve(self.conversation_id))


@pytest.fixture
def actions() -> ScriptedActions:
    return ScriptedActions()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'dialogue.db'}"


@pytest.fixture
def talk(loaded: Any, actions: ScriptedActions, store_url: str) -> Talk:
    from bot.dialogue.tracker_store import CompactTrackerStore

    asyncio.set_event_loop(asyncio.new_event_loop())
    loaded.tracker_store = CompactTrackerStore(store_url, loaded.domain)
    loaded.action_endpoint = actions
    return Talk(loaded, actions)
