"""A conversation about faults and tickets: the talk of `talk.py` with the forms and rooms these need."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from rasa_sdk import Action

from actions import diagnosis, fieldwork, outages, safety, talk, tickets
from actions.diagnosis_steps import OPENERS
from actions.service_steps import KINDS
from bot.clock import FixedClock
from bot.diagnosis import Diagnosis, load_fault_models
from bot.fieldwork import Fieldwork, load_service_levels
from bot.outages import Outages
from bot.storage.engine import Database
from tests.actions import talk as talks

FORMS = dict.fromkeys(OPENERS, "diagnosis_form") | dict.fromkeys(KINDS, "service_form")
MODULES = (diagnosis, fieldwork, outages, safety, talk, tickets)


def rooms(db: Database, clock: FixedClock) -> dict[str, Any]:
    """The rooms these actions ask, on one database."""
    return {
        "diagnosis": Diagnosis(load_fault_models()),
        "outages": Outages(db, clock),
        "fieldwork": Fieldwork(db, clock, load_service_levels()),
    }


class Desk(talks.Talk):
    """As `Talk`; intents that open a form open it, and "yes" runs what was offered."""

    def __init__(self, clock: FixedClock, conversation_id: str = "desk", **parts: Any) -> None:
        super().__init__(clock, conversation_id, **parts)
        self.offered: str | None = None
        self.actions |= {action.name(): action for module in MODULES for action in _made(module)}

    def say(self, text: str, intent: str = "inform", *, again: bool = False, **entities: str) -> list[Any]:
        if intent == "affirm" and self.form is None and self.slots.get("pending_offer"):
            self.offered = self.slots.pop("pending_offer")
        return super().say(text, intent, again=again, **entities)

    def _run(self, name: str) -> bool:
        if name == "action_affirm" and self.offered:
            self._follow(self.offered)
            return False
        form = FORMS.get(name.removeprefix("action_"))
        if form is None:
            return super()._run(name)
        self.form = form
        return super()._run(f"validate_{form}")

    def _follow(self, name: str) -> None:
        if name.endswith("_form"):
            self.form = name
            self._run(f"validate_{name}")
        else:
            super()._follow(name)


def _made(module: ModuleType) -> Iterator[Action]:
    classes = (value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Action))
    return (made() for made in classes if not inspect.isabstract(made) and made is not Action)
