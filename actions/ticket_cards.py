"""From tickets to cards, and the options that go with them."""

from typing import Any

from actions.house import house
from bot.fieldwork import PromisePart, TroubleTicket
from bot.fieldwork.states import OPEN
from bot.replies.cards import Option
from bot.replies.cards.fieldwork import PromiseItem, Ticket, TicketItem


def promise_of(ticket: TroubleTicket) -> list[PromiseItem]:
    area: Any = ticket.area
    parts: list[PromisePart] = house().fieldwork.promise(ticket.kind, area, ticket.urgency)
    return [PromiseItem.model_validate(part) for part in parts]


def ticket_card(ticket: TroubleTicket, *, new: bool = False, options: list[Option] | None = None) -> Ticket:
    """What may be told of a ticket to whoever opened it or holds its word."""
    agreed = house().fieldwork.appointment(ticket.no) if ticket.state in OPEN else None
    return Ticket(
        no=ticket.no,
        ticket_kind=ticket.kind,
        title=house().fieldwork.levels.kind(ticket.kind).title,
        state=ticket.state,
        place="" if ticket.restricted else ticket.place,
        query_word=ticket.query_word,
        opened_at=ticket.opened_at,
        promise=promise_of(ticket),
        starts_at=agreed.starts_at if agreed else None,
        ends_at=agreed.ends_at if agreed else None,
        urged=ticket.urged,
        new=new,
        restricted=ticket.restricted,
        anonymous=ticket.restricted and ticket.conversation_id is None,
        options=options or [],
    )


def known_ticket_card(ticket: TroubleTicket, *, options: list[Option]) -> Ticket:
    """What a phone hears that only its channel proved: neither where it is, nor the word that would open more."""
    return ticket_card(ticket, options=options).model_copy(update={"place": "", "query_word": ""})


def ticket_item(ticket: TroubleTicket) -> TicketItem:
    return TicketItem(
        no=ticket.no,
        title=house().fieldwork.levels.kind(ticket.kind).title,
        state=ticket.state,
        opened_at=ticket.opened_at,
    )
