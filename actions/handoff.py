"""On the way to a person."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.records import proof_of
from actions.turn import Turn, answer
from bot.conversations.ownership import ANYBODY, Caller
from bot.errors import Unavailable
from bot.replies.cards.handoff import Queued


def caller_of(turn: Turn) -> Caller:
    """What the service matrix says of the account proved here: who takes it, and whether it goes before others."""
    proof = proof_of(turn)
    if proof is None:
        return ANYBODY
    try:
        offer = house().service_matrix.offer(house().identity.axes(proof))
    except Unavailable:
        return ANYBODY
    return Caller(offer.skill, important=offer.urgency == "important")


class ActionRequestHuman(Action):
    """Puts the conversation into the queue and says the place in it. Asking again keeps the place."""

    def name(self) -> str:
        return "action_request_human"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        place = house().conversations.request_human(turn.conversation_id, reason="asked_for", caller=caller_of(turn))
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
