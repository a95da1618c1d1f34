"""Praise, suggestions, and what customers think of an answer."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.turn import Turn, answer
from bot.replies.cards import Option
from bot.replies.cards.quality import FeedbackThanks, Rated
from bot.replies.titles import title


class ActionGiveFeedback(Action):
    """Keeps what was said under a number of its own."""

    def name(self) -> str:
        return "action_give_feedback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        if "rating" in turn.entities:
            return _rated(turn, dispatcher, turn.request_key(self.name()))
        number = house().feedback.keep(turn.conversation_id, turn.text, request_key=turn.request_key(self.name()))
        answer(dispatcher, FeedbackThanks(no=number))
        return []


def _rated(turn: Turn, dispatcher: CollectingDispatcher, key: str) -> list[dict[str, Any]]:
    """A thumb on a policy's answer. Where it did not help, a person is offered."""
    helpful = turn.entities["rating"] == "up"
    house().knowledge.rate(turn.entities.get("policy_id", ""), helpful=helpful, request_key=key)
    human = Option(title=title("human"), intent="request_human")
    answer(dispatcher, Rated(helpful=helpful, options=[] if helpful else [human]))
    return []
