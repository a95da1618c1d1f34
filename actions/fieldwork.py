"""The form that opens tickets. Looking after those there are is in `tickets.py`."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import service_steps as steps
from actions.forms import Events, Step, TaskForm, leave_form
from actions.house import house
from actions.names import SERVICE_FORM
from actions.options import option
from actions.records import proof_of, whereabouts
from actions.service_steps import DETAIL, KIND, PHONE, PLACE, SLOTS, Filled
from actions.ticket_cards import ticket_card
from actions.turn import Turn, answer
from bot.fieldwork import NewTicket, TroubleTicket
from bot.replies.cards import Card
from bot.replies.cards.safety import HazardPlace


class ValidateServiceForm(TaskForm):
    """Place, what, phone: as far as this kind of ticket needs them."""

    form = SERVICE_FORM
    slots = SLOTS
    triggers = frozenset(steps.KINDS)
    goes_on = "action_service_done"

    def begin(self, turn: Turn, tracker: Tracker) -> Step:
        return steps.begin(turn, tracker)

    def take(self, turn: Turn, tracker: Tracker) -> Step:
        return steps.take(turn, tracker)

    def question(self, turn: Turn, tracker: Tracker) -> Card:
        return steps.open_question(tracker)


class ActionServiceDone(Action):
    """Opens the ticket, or puts the place onto the danger ticket there is."""

    def name(self) -> str:
        return "action_service_done"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn, filled = Turn.of(tracker), Filled.of(tracker)
        key = turn.request_key(self.name())
        answer(dispatcher, _place_of_danger(turn, filled, key) or _opened(turn, filled, key))
        more = [FollowupAction(SERVICE_FORM)] if steps.wants_another(turn, filled.kind) else []
        return [*leave_form((*SLOTS, KIND)), *more]


def _place_of_danger(turn: Turn, filled: Filled, key: str) -> Card | None:
    if filled.kind != steps.HAZARD:
        return None
    ticket = house().fieldwork.recent_hazard(turn.conversation_id)
    if ticket is None:
        return None
    place = filled.values[PLACE] or ""
    area: Any = whereabouts(turn, place, None).area
    house().fieldwork.add_place(ticket.no, place, area, "", request_key=key)
    return HazardPlace(ticket_no=ticket.no, place=place)


def _opened(turn: Turn, filled: Filled, key: str) -> Card:
    restricted = house().fieldwork.levels.kind(filled.kind).restricted
    options = [] if restricted else [option("check_ticket"), option("cancel_ticket")]
    return ticket_card(_open(turn, filled, key), new=True, options=options)


def _open(turn: Turn, filled: Filled, key: str) -> TroubleTicket:
    proof = None if filled.kind in steps.NOT_OF_THE_ACCOUNT else proof_of(turn)
    place, detail, phone = (filled.values[slot] or "" for slot in (PLACE, DETAIL, PHONE))
    area: Any = whereabouts(turn, place, proof).area
    theft = filled.kind == steps.THEFT
    return house().fieldwork.open_ticket(
        NewTicket(
            kind=filled.kind,
            request_key=key,
            conversation_id=turn.conversation_id,
            area=area,
            account_no=proof.account_no if proof else None,
            place=place,
            phone=phone,
            description=detail,
            target=detail if theft else "",
            anonymous=theft and not phone,
        )
    )
