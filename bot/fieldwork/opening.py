"""Opening tickets inside one transaction: number, idempotence, history and sealed fields together.

The day's counter row is locked before anything is looked up, so that two calls of the same request, or two messages
of danger in one conversation, find each other on both databases.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import local_day
from bot.fieldwork.levels import Area, ServiceLevels, Urgency
from bot.fieldwork.states import ACCEPTED
from bot.fieldwork.tables import SealedSubject, TicketCounter, TicketEvent, TroubleTicket

PREFIX = "LZ"
OPENED = "opened"


@dataclass(frozen=True)
class NewTicket:
    """What is asked for. `target` and `reporter` are sealed away; only restricted kinds use them."""

    kind: str
    request_key: str
    conversation_id: str | None = None
    account_no: str | None = None
    place: str = ""
    area: Area | None = None
    phone: str = ""
    description: str = ""
    urgency: Urgency | None = None
    flags: frozenset[str] = field(default_factory=frozenset)
    source: str = "web"
    target: str = ""
    anonymous: bool = False


def lock_counter(session: Session, at: datetime) -> TicketCounter:
    """The counter of the day, locked until the transaction ends."""
    day = local_day(at)
    query = select(TicketCounter).where(TicketCounter.day == day).with_for_update()
    counter = session.scalar(query)
    if counter is None:
        try:
            with session.begin_nested():
                session.add(TicketCounter(day=day, last=0))
        except IntegrityError:
            pass  # another gateway made today's row at the same moment
        counter = session.scalars(query).one()
    return counter


def store(
    session: Session, counter: TicketCounter, levels: ServiceLevels, wanted: NewTicket, at: datetime, word: str
) -> TroubleTicket:
    """The ticket of this request: the one already opened for it, or a new one."""
    kind = levels.kind(wanted.kind)
    key = sealed_key(wanted.request_key) if kind.restricted else wanted.request_key
    known = session.scalar(select(TroubleTicket).where(TroubleTicket.request_key == key))
    if known is not None:
        return known
    counter.last += 1
    number = f"{PREFIX}{counter.day:%y%m%d}{counter.last:04d}"
    ticket = _row(number, key, kind.restricted, wanted, at, word)
    ticket.urgency = wanted.urgency or kind.urgency
    session.add(ticket)
    session.flush()
    if kind.restricted:
        session.add(SealedSubject(ticket_no=number, target=wanted.target, reporter=_reporter(wanted)))
    session.add(TicketEvent(ticket_no=number, name=OPENED, from_state=None, to_state=ACCEPTED, at=at))
    return ticket


def _row(number: str, key: str, restricted: bool, wanted: NewTicket, at: datetime, word: str) -> TroubleTicket:
    return TroubleTicket(
        no=number,
        request_key=key,
        kind=wanted.kind,
        state=ACCEPTED,
        source=wanted.source,
        restricted=restricted,
        conversation_id=None if wanted.anonymous else wanted.conversation_id,
        account_no=None if restricted else wanted.account_no,
        place=wanted.place,
        area=wanted.area,
        phone="" if restricted else wanted.phone,
        description=wanted.description,
        flags=sorted(wanted.flags),
        query_word=word,
        opened_at=at,
        changed_at=at,
    )


def _reporter(wanted: NewTicket) -> str:
    return "" if wanted.anonymous else wanted.phone or wanted.account_no or ""


def sealed_key(request_key: str) -> str:
    """A request key names its conversation; a restricted ticket must not lead back to it."""
    return hashlib.sha256(request_key.encode()).hexdigest()


Word = Callable[[], str]
