"""Looking after tickets: progress, urging, another time, calling off. Whose they are is decided first.

A ticket may be seen in the conversation that opened it, by whoever proved its account, and with number and query word.
A phone or a WeChat that only its channel proved sees the account's open ones and may urge them; it changes nothing.
"""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events
from actions.house import house
from actions.identity import GOAL
from actions.names import VERIFY_FORM
from actions.options import option
from actions.records import level_1, proof_of
from actions.ticket_cards import known_ticket_card, promise_of, ticket_card, ticket_item
from actions.turn import Turn, answer
from bot.errors import Conflict, NotFound, RateLimited
from bot.fieldwork import TroubleTicket
from bot.fieldwork.states import OPEN
from bot.identity.grants import TICKETS
from bot.language import normalise, read_time_window
from bot.replies.cards import Option
from bot.replies.cards.fieldwork import (
    TicketCancelAsk,
    TicketCancelled,
    TicketFixed,
    TicketNone,
    TicketRescheduled,
    Tickets,
    TicketTimeAsk,
    TicketUrged,
)
from bot.replies.titles import title

NUMBER = re.compile(r"lz ?(\d{10})", re.IGNORECASE)
WORD = re.compile(r"(?<!\d)(\d{6})(?!\d)")
CODE = "code"
SHOWN = 5
PARTS = ("morning", "afternoon")
OFFER, OFFERED = "pending_offer", "offer_data"


class _TicketAction(Action, ABC):
    """Finds the one ticket that is meant, or says what is missing; then does its work on it."""

    intent: ClassVar[str]
    open_only: ClassVar[bool] = True
    changes: ClassVar[bool] = False

    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def work(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        """Answers for one ticket this customer may see."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn, offered = Turn.of(tracker), tracker.get_slot(OFFERED)
        number = _number(turn) or _offered_number(turn, offered)
        word = _word(turn) or _offered_word(turn, offered)
        try:
            found = self._found(turn, number, word)
        except RateLimited:
            answer(dispatcher, TicketNone(number_given=True, locked=True, options=[option("human", "request_human")]))
            return []
        if len(found) > 1:
            answer(dispatcher, self._choice(found))
        elif found:
            return self._worked(dispatcher, turn, found[0], offered)
        else:
            return self._none(dispatcher, turn, number is not None)
        return []

    def _none(self, dispatcher: CollectingDispatcher, turn: Turn, number_given: bool) -> Events:
        """Nothing to be seen so far: a number needs its word, a proof may show the account's tickets."""
        human = option("human", "request_human")
        proved = proof_of(turn) is not None
        if number_given or proved:
            answer(dispatcher, TicketNone(number_given=number_given, proved=proved, options=[human]))
            return []
        answer(dispatcher, TicketNone(number_given=False, options=[option("prove_account", "affirm"), human]))
        return [SlotSet(GOAL, self.name()), SlotSet(OFFER, VERIFY_FORM)]

    def _worked(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        try:
            return self.work(dispatcher, turn, ticket, offered)
        except Conflict:
            (now,) = _mine(turn, ticket.no) or (ticket,)
            options = [option("human", "request_human")]
            answer(dispatcher, TicketFixed(no=now.no, state=now.state, hazard=now.kind == "hazard", options=options))
            return closed_offer()

    def _found(self, turn: Turn, number: str | None, word: str | None) -> list[TroubleTicket]:
        known = [] if self.changes else _of_channel(turn, number)
        if number is None:
            return _newest_first([*_mine(turn, None, open_only=self.open_only), *known])[:SHOWN]
        return _mine(turn, number) or _by_word(number, word) or known

    def _choice(self, tickets: list[TroubleTicket]) -> Tickets:
        items = [ticket_item(ticket) for ticket in tickets]
        options = [
            Option(
                title=title("ticket_choice", no=i.no, title=i.title), intent=self.intent, entities={"ticket_no": i.no}
            )
            for i in items
        ]
        return Tickets(tickets=items, purpose=self.intent, options=options)


class ActionCheckTicket(_TicketAction):
    intent = "check_ticket"
    open_only = False

    def name(self) -> str:
        return "action_check_ticket"

    def work(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        if not _mine(turn, ticket.no) and not _by_word(ticket.no, _word(turn)):
            answer(dispatcher, known_ticket_card(ticket, options=[option("urge_ticket", ticket_no=ticket.no)]))
            return []
        hurried = not ticket.restricted and ticket.state in OPEN
        ways = [option("urge_ticket", **_names(turn, ticket))] if hurried else []
        answer(dispatcher, ticket_card(ticket, options=ways))
        return []


class ActionUrgeTicket(_TicketAction):
    intent = "urge_ticket"

    def name(self) -> str:
        return "action_urge_ticket"

    def work(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        times = house().fieldwork.urge(ticket.no, request_key=turn.request_key(self.name()))
        kind = house().fieldwork.levels.kind(ticket.kind).title
        options = [option("human", "request_human")]
        answer(
            dispatcher,
            TicketUrged(no=ticket.no, title=kind, times=times, promise=promise_of(ticket), options=options),
        )
        return []


class ActionRescheduleTicket(_TicketAction):
    intent = "reschedule_ticket"
    changes = True

    def name(self) -> str:
        return "action_reschedule_ticket"

    def work(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        if ticket.kind == "hazard":
            raise Conflict("", code="hazard_stays")
        window = read_time_window(turn.entities.get("time_window") or turn.text, house().clock.now())
        if window is None:
            answer(dispatcher, TicketTimeAsk(no=ticket.no, options=_half_days(_names(turn, ticket))))
            return []
        agreed = house().fieldwork.reschedule(
            ticket.no, window.start, window.end, request_key=turn.request_key(self.name())
        )
        answer(dispatcher, TicketRescheduled(no=ticket.no, starts_at=agreed.starts_at, ends_at=agreed.ends_at))
        return []


class ActionCancelTicket(_TicketAction):
    """Asks yes or no first; the yes comes back here with what was offered."""

    intent = "cancel_ticket"
    changes = True

    def name(self) -> str:
        return "action_cancel_ticket"

    def work(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: TroubleTicket, offered: Any) -> Events:
        if ticket.kind == "hazard":
            raise Conflict("", code="hazard_stays")
        if turn.intent == "affirm" and _offered_number(turn, offered) == ticket.no:
            house().fieldwork.cancel(ticket.no, request_key=turn.request_key(self.name()))
            answer(dispatcher, TicketCancelled(no=ticket.no))
            return closed_offer()
        kind = house().fieldwork.levels.kind(ticket.kind).title
        options = [option("cancel_it", "affirm"), option("keep_ticket", "deny")]
        answer(dispatcher, TicketCancelAsk(no=ticket.no, title=kind, options=options))
        return [SlotSet(OFFER, self.name()), SlotSet(OFFERED, {"ticket_no": ticket.no, "word": _word(turn)})]


def closed_offer() -> Events:
    return [SlotSet(OFFER, None), SlotSet(OFFERED, None)]


def _mine(turn: Turn, number: str | None, *, open_only: bool = False) -> list[TroubleTicket]:
    """Tickets of this conversation and of the account it proved, the newest first; one number of them if given."""
    fieldwork, proof = house().fieldwork, proof_of(turn)
    found = fieldwork.of_conversation(turn.conversation_id, open_only=open_only)
    if proof is not None and proof.grant.allows(TICKETS):
        found += fieldwork.of_account(proof, open_only=open_only)
    return _newest_first([ticket for ticket in found if number in (None, ticket.no)])


def _of_channel(turn: Turn, number: str | None) -> list[TroubleTicket]:
    """Level 1: open tickets of the accounts the channel has proved; one number of them if given."""
    found = [t for proof in level_1(turn, TICKETS) for t in house().fieldwork.of_account(proof, open_only=True)]
    return [ticket for ticket in found if number in (None, ticket.no)]


def _newest_first(found: list[TroubleTicket]) -> list[TroubleTicket]:
    once = {ticket.no: ticket for ticket in found}
    return sorted(once.values(), key=lambda ticket: (ticket.opened_at, ticket.no), reverse=True)


def _by_word(number: str, word: str | None) -> list[TroubleTicket]:
    if word is None:
        return []
    try:
        return [house().fieldwork.find(number, word)]
    except NotFound:
        return []


def names_ticket(turn: Turn) -> bool:
    """Whether the message holds a ticket's number, whatever else it was taken for."""
    return _number(turn) is not None


def _number(turn: Turn) -> str | None:
    found = NUMBER.search(normalise(turn.text))
    return f"LZ{found.group(1)}" if found else turn.entities.get("ticket_no")


def _word(turn: Turn) -> str | None:
    """The six digits of a query word, standing apart from the ticket's number."""
    found = WORD.search(NUMBER.sub(" ", normalise(turn.text)))
    return found.group(1) if found else turn.entities.get(CODE)


def _offered_number(turn: Turn, offered: Any) -> str | None:
    if turn.intent != "affirm" or not isinstance(offered, dict):
        return None
    return offered.get("ticket_no")


def _offered_word(turn: Turn, offered: Any) -> str | None:
    return offered.get("word") if turn.intent == "affirm" and isinstance(offered, dict) else None


def _names(turn: Turn, ticket: TroubleTicket) -> dict[str, str]:
    """What an option keeps, so that choosing it finds the ticket again: its number, and the word it was shown for."""
    word = _word(turn)
    return {"ticket_no": ticket.no} | ({CODE: word} if word else {})


def _half_days(ticket: dict[str, str]) -> list[Option]:
    """Tomorrow and the day after, morning and afternoon, in words the reader of times understands."""
    names = [title("half_day", day=title(day), part=title(part)) for day in ("day_1", "day_2") for part in PARTS]
    entities = [{**ticket, "time_window": name} for name in names]
    return [Option(title=e["time_window"], intent="reschedule_ticket", entities=e) for e in entities]
