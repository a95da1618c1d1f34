"""On the way to a person."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.turn import Turn, answer
from bot.replies.cards.handoff import Queued


class ActionRequestHuman(Action):
    """Puts the conversation into the queue and says the place in it. Asking again keeps the place."""

    def name(self) -> str:
        return "action_request_human"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        place = house().conversations.request_human(Turn.of(tracker).conversation_id, reason="asked_for")
        answer(
            dispatcher,
            Queued(
                place=place.number,
                reason="asked_for",
                again=place.again,
                back_at=place.back_at,
                minutes=place.minutes,
            ),
        )
        return [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("not_understood", 0)]
