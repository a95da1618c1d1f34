"""Praise and suggestions."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.turn import Turn, answer
from bot.replies.cards.quality import FeedbackThanks


class ActionGiveFeedback(Action):
    """Keeps what was said under a number of its own."""

    def name(self) -> str:
        return "action_give_feedback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        number = house().feedback.keep(turn.conversation_id, turn.text, request_key=turn.request_key(self.name()))
        answer(dispatcher, FeedbackThanks(no=number))
        return []
