"""Finding out what is wrong: records first, then the questions, then what to do about it."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import diagnosis_steps as steps
from actions.diagnosis_steps import ANSWER, OPENERS, STATE, SYMPTOM, Progress
from actions.forms import Events, Step, TaskForm, leave_form
from actions.house import house
from actions.identity import VerifiedAction
from actions.names import DIAGNOSIS_FORM
from actions.options import option
from actions.records import cut_off, outage_card, proof_of
from actions.ticket_cards import ticket_card
from actions.turn import Turn, answer
from bot.diagnosis import Conclusion
from bot.fieldwork import NewTicket, TroubleTicket
from bot.identity import VerifiedAccount
from bot.replies.cards import Card
from bot.replies.cards.diagnosis import CannotMatch, OwnElectrician, SelfHelp, SupplyInOrder

CHECK_SUPPLY = "action_check_supply"


class ValidateDiagnosisForm(TaskForm):
    """One slot that stays open through all questions; how far it is lies in the state beside it."""

    form = DIAGNOSIS_FORM
    slots = (ANSWER,)
    triggers = frozenset({*OPENERS, "request_repair"})
    goes_on = "action_diagnosis_done"

    def lets_through(self, turn: Turn) -> bool:
        """ "Hurry up" with no ticket to hurry asks for somebody to come."""
        hurried = turn.intent == steps.HURRY and not house().fieldwork.of_conversation(turn.conversation_id)
        return super().lets_through(turn) and not hurried

    def begin(self, turn: Turn, tracker: Tracker) -> Step:
        return steps.begin(turn, tracker)

    def take(self, turn: Turn, tracker: Tracker) -> Step:
        return steps.take(turn, Progress.of(tracker))

    def question(self, turn: Turn, tracker: Tracker) -> Card:
        return steps.open_question(Progress.of(tracker))


class ActionDiagnosisDone(Action):
    """What came of it: told already, self-help, an electrician, the account to look at, or a ticket."""

    def name(self) -> str:
        return "action_diagnosis_done"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn, progress = Turn.of(tracker), Progress.of(tracker)
        closed = leave_form((ANSWER, SYMPTOM, STATE))
        if progress.told:
            return [*closed, *_tried(progress)]
        if progress.cut:
            return [*closed, FollowupAction("action_check_balance")]
        found = house().diagnosis.conclude(progress.case)
        if found.outcome.do in steps.VISITS or _proved_in_order(found, turn):
            answer(dispatcher, _visit(turn, self.name(), progress, found))
            return closed
        answer(dispatcher, _advice(progress, found))
        return [*closed, *_tried(progress), SlotSet("pending_offer", _offer(found))]


class ActionCheckSupply(VerifiedAction):
    """Proved: is the supply cut for money owed, or an outage known? Nothing of it is said without proof."""

    intent = "check_supply"

    def name(self) -> str:
        return "action_check_supply"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        if cut_off(proof):
            return [FollowupAction("action_check_balance")]
        news = [n for n in house().outages.affecting(_points(proof)) if n.under_way]
        if news:
            answer(dispatcher, outage_card(news, reported=True, options=[_send("report_no_power", "send_somebody")]))
            return []
        options = [_send("report_no_power", "send_somebody"), option("human", "request_human")]
        answer(dispatcher, SupplyInOrder(account_no=proof.account_no, options=options))
        return []


def _visit(turn: Turn, action: str, progress: Progress, found: Conclusion) -> Card:
    """A ticket; where this conversation has a danger ticket open, the words go onto that one."""
    fieldwork, key = house().fieldwork, turn.request_key(action)
    known = fieldwork.recent_hazard(turn.conversation_id)
    if progress.case.symptom == steps.NO_POWER:
        steps.report_no_power(turn, key, progress)
    if known is not None:
        place, phone = progress.place or "", progress.phone or ""
        ticket = fieldwork.add_place(known.no, place, progress.area, phone, request_key=key)
    else:
        ticket = _open(turn, key, progress, found)
    return ticket_card(ticket, new=True, options=[option("check_ticket"), option("urge_ticket")])


def _open(turn: Turn, key: str, progress: Progress, found: Conclusion) -> TroubleTicket:
    return house().fieldwork.open_ticket(
        NewTicket(
            kind=found.outcome.ticket_kind or progress.case.symptom,
            request_key=key,
            conversation_id=turn.conversation_id,
            account_no=progress.account_no,
            place=progress.place or "",
            area=progress.area,
            phone=progress.phone or "",
            description=progress.opening,
            urgency="urgent" if found.outcome.urgent else None,
        )
    )


def _advice(progress: Progress, found: Conclusion) -> Card:
    opener = next(intent for intent, symptom in OPENERS.items() if symptom == progress.case.symptom)
    human = option("human", "request_human")
    if found.outcome.do == "self_help":
        options = [_send(opener, "still_broken"), human]
        return SelfHelp(cause=found.cause, steps=list(found.steps), options=options)
    if found.outcome.do == "own_electrician":
        return OwnElectrician(cause=found.cause, who=found.outcome.who, options=[_send(opener, "send_somebody"), human])
    return CannotMatch(options=[option("verify_why", "affirm"), _send(opener, "send_somebody"), human])


def _proved_in_order(found: Conclusion, turn: Turn) -> bool:
    """It looks like money owed, and the proved account shows none: then somebody comes and looks."""
    return found.outcome.do == "pay_reconnect" and proof_of(turn) is not None


def _offer(found: Conclusion) -> str | None:
    return CHECK_SUPPLY if found.outcome.do == "pay_reconnect" else None


def _tried(progress: Progress) -> Events:
    """Told something once: the same trouble again is not asked about again, somebody comes."""
    return [SlotSet(STATE, {"tried": progress.case.symptom})]


def _send(intent: str, key: str) -> Any:
    return option(key, intent, answer=steps.SEND)


def _points(proof: VerifiedAccount) -> Any:
    return house().outages.places.of_account(proof.account_no)
