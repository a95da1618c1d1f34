"""Matters that are somebody else's."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.talk import beginnings
from actions.turn import Turn, answer
from bot.replies.cards.talk import OutOfScope


class ActionOutOfScope(Action):
    """One sentence says whose matter it is, where that is known."""

    def name(self) -> str:
        return "action_out_of_scope"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        referral = house().referrals.find(Turn.of(tracker).text)
        answer(dispatcher, OutOfScope(referral=referral or "", options=beginnings()))
        return []
