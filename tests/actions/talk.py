"""A conversation with the actions alone: follows rules, forms and follow-ups as the dialogue does, without Rasa."""

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import billing as billing_actions
from actions import consent as consent_actions
from actions import customers as customer_actions
from actions import house as actions_house
from actions import identity as identity_actions
from actions import knowledge as knowledge_actions
from actions import quality as quality_actions
from actions import talk as talk_actions
from actions.names import CONSENT_FORM, VERIFY_FORM
from bot.replies.cards import Card, read_card
from bot.replies.render import Renderer
from bot.supplier import FOLDER, SupplierFiles
from tests.demo_data import Phones

MODULES = (
    billing_actions,
    consent_actions,
    customer_actions,
    identity_actions,
    knowledge_actions,
    quality_actions,
    talk_actions,
)


class WebOnly:
    """Every conversation is held on the web, which proves nobody's phone."""

    def reached_by(self, conversation_id: str) -> tuple[str, str | None]:
        return "web", None


ON_THE_WEB: dict[str, Any] = {
    "proven_by_channel": lambda conversation_id: (),
    "conversations": WebOnly(),
    "has_wechat": False,
}


def known_actions() -> dict[str, Action]:
    classes = (value for module in MODULES for value in vars(module).values() if inspect.isclass(value))
    made = [cls() for cls in classes if issubclass(cls, Action) and not inspect.isabstract(cls) and cls is not Action]
    return {action.name(): action for action in made}


def supplied(files: SupplierFiles) -> dict[str, Any]:
    """What a house has of its supplier."""
    return {"supplier_files": files, "supplier": files.supplier()}


class Talk:
    """`say` answers with the cards of one turn; `slots` and `form` are all the dialogue remembers of earlier ones."""

    def __init__(self, clock: Any, conversation_id: str = "talk", **rooms: Any) -> None:
        self.house = SimpleNamespace(**(supplied(SupplierFiles((FOLDER,))) | {"clock": clock} | ON_THE_WEB | rooms))
        actions_house.use(self.house)  # type: ignore[arg-type]
        self.actions = known_actions()
        self.renderer = Renderer(lambda: self.house.supplier, clock)
        self.conversation_id = conversation_id
        self.slots: dict[str, Any] = {}
        self.form: str | None = None
        self.events: list[dict[str, Any]] = []
        self.number = 0
        self.cards: list[Card] = []

    def say(self, text: str, intent: str = "inform", *, again: bool = False, **entities: str) -> list[Card]:
        """`again`: the same message asked once more, as after a broken connection."""
        self.number += not again
        actions_house.use(self.house)  # type: ignore[arg-type]
        self.cards = []
        self._hear(text, intent, entities)
        if self.form is None:
            self._run(f"action_{intent}")
        else:
            self._step(intent)
        return self.cards

    def choose(self, place: int) -> list[Card]:
        """Chooses an option of the newest card."""
        option = self.cards[-1].options[place]
        return self.say(option.title, option.intent, **option.entities)

    @property
    def kinds(self) -> list[str]:
        return [card.kind for card in self.cards]

    def text(self, channel: str = "web") -> str:
        return "\n".join(self.renderer.text(card, channel) for card in self.cards)  # type: ignore[arg-type]

    def _hear(self, text: str, intent: str, entities: dict[str, str]) -> None:
        self.latest = {
            "message_id": f"{self.conversation_id}-{self.number}",
            "text": text,
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        self.events = [{"event": "user", "text": text, "parse_data": {"intent": {"name": intent}}}]  # one turn, as kept

    def _step(self, intent: str) -> None:
        if self._run(f"validate_{self.form}"):
            self._run(f"action_{intent}")
            if self.form is not None and not self._asked_after_digression:
                self._run(f"validate_{self.form}")

    def _run(self, name: str) -> bool:
        """Runs an action and whatever follows it; whether the form let the message through."""
        self._asked_after_digression = name.startswith("validate_")
        dispatcher = CollectingDispatcher()
        result = self.actions[name].run(dispatcher, self._tracker(), {"slots": {}, "forms": {}})  # type: ignore[arg-type]
        events = asyncio.run(result) if inspect.isawaitable(result) else result
        self.cards += [read_card(message["custom"]) for message in dispatcher.messages if message["custom"]]
        return self._apply(events or [])

    def _apply(self, events: list[dict[str, Any]]) -> bool:
        rejected = False
        for event in events:
            self.events.append(event)
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.form = event["name"]
            elif event["event"] == "action_execution_rejected":
                rejected = True
        for event in events:
            if event["event"] == "followup":
                self._follow(event["name"])
        return rejected

    def _follow(self, name: str) -> None:
        if name in (VERIFY_FORM, CONSENT_FORM):
            self.form = name
            self._run(f"validate_{name}")
        elif name in self.actions:
            self._run(name)
        else:
            self.form = None
            self.slots["followed"] = name

    def _tracker(self) -> Tracker:
        loop = {"name": self.form} if self.form else {}
        return Tracker(self.conversation_id, dict(self.slots), self.latest, list(self.events), False, None, loop, None)


def proved(talk: Talk, phones: Phones, account_no: str, intent: str, text: str = "", phone: str | None = None) -> Talk:
    """Asks, proves the account where that is asked for, and leaves the answer in `talk.cards`.

    `phone`: the registered one, where it does not end like the account.
    """
    talk.say(text or "问一下", intent)
    if talk.form:
        talk.say(account_no)
        talk.say(phones.code(phone or f"13800000{account_no[-3:]}"))
    return talk
