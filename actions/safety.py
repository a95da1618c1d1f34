"""Danger: the safety words at once, the ticket behind them, then where it is."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events, leave_form
from actions.house import house
from actions.names import SERVICE_FORM
from actions.service_steps import HAZARD, KIND, SLOTS
from actions.turn import Turn, answer
from bot.fieldwork import safety_card
from bot.fieldwork.hazard_desk import UNKNOWN
from bot.language import assess


class ActionReportHazard(Action):
    """The guard has usually stored this message already: the same message id finds its ticket and opens no second."""

    def name(self) -> str:
        return "action_report_hazard"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        danger = assess(turn.text)
        kind = danger.kind or UNKNOWN
        ticket = house().fieldwork.open_hazard_ticket(
            turn.conversation_id, kind, danger.flags, turn.text, turn.message_id
        )
        answer(dispatcher, safety_card(kind, ticket.no))
        return [*leave_form((*SLOTS, "diagnosis_answer")), SlotSet(KIND, HAZARD), FollowupAction(SERVICE_FORM)]
