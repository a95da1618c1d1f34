"""One turn as an action sees it: whose it is, what was said, and how to answer with a card."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.replies.cards import Card


@dataclass(frozen=True)
class Turn:
    conversation_id: str
    message_id: str
    text: str
    intent: str
    entities: dict[str, str]
    intent_ranking: tuple[str, ...]

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        latest: dict[str, Any] = tracker.latest_message
        return cls(
            conversation_id=tracker.sender_id,
            message_id=str(latest.get("message_id") or ""),
            text=str(latest.get("text") or ""),
            intent=str((latest.get("intent") or {}).get("name") or ""),
            entities={e["entity"]: str(e["value"]) for e in latest.get("entities") or []},
            intent_ranking=tuple(i["name"] for i in latest.get("intent_ranking") or []),
        )

    def request_key(self, action: str) -> str:
        """The key of whatever this action creates in this turn: a repeated call finds the first result."""
        return f"{self.message_id}:{action}"


def answer(dispatcher: CollectingDispatcher, card: Card) -> None:
    dispatcher.utter_message(json_message=card.dump())
