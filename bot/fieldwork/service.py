"""Opening, finding and changing tickets. Whatever is created carries a request key: a repeated call finds the first."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import Conflict, NotFound
from bot.fieldwork.numbers import next_number
from bot.fieldwork.promises import Promise, ServiceLevels
from bot.fieldwork.tables import (
    ACCEPTED,
    CANCELLED,
    OPEN,
    URGENT,
    Alarm,
    Appointment,
    TicketEvent,
    TroubleTicket,
)
from bot.storage.engine import Database

RESTRICTED = frozenset({"theft", "complaint"})
HAZARD = "hazard"
SAME_DANGER = timedelta(minutes=30)
QUERY_WORD_DIGITS = 4


@dataclass(frozen=True)
class NewTicket:
    """What is known when a ticket is opened."""

    kind: str
    place: str = ""
    phone: str = ""
    description: str = ""
    conversation_id: str | None = None
    account_no: str | None = None
    area: str | None = None
    urgency: str = "normal"
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class TicketView:
    """What may be told about a ticket to whoever may see it."""

    no: str
    kind: str
    state: str
    urgency: str
    place: str
    query_word: str
    created_at: datetime
    appointment: tuple[datetime, datetime] | None
    promise: Promise
    urged: int


class Fieldwork:
    def __init__(self, db: Database, clock: Clock, service_levels: ServiceLevels) -> None:
        self._db = db
        self._clock = clock
        self.service_levels = service_levels

    def open_ticket(self, new: NewTicket, request_key: str) -> TicketView:
        """Opens a ticket, once for a request key."""
        with self._db.write() as session:
            known = session.scalar(select(TroubleTicket).where(TroubleTicket.request_key == request_key))
            return self._view(session, known or self._insert(session, new, request_key))

    def report_hazard(self, new: NewTicket, message_id: str) -> TicketView:
        """One urgent ticket a conversation and 30 minutes: opened, or added to. An alarm for each message, once."""
        with self._db.write() as session:
            alarm = session.get(Alarm, message_id)
            if alarm is not None:
                return self._view(session, session.get_one(TroubleTicket, alarm.ticket_no))
            ticket = self._recent_hazard(session, new.conversation_id) or self._insert(session, new, message_id)
            ticket.flags = sorted({*ticket.flags, *new.flags})
            self._note(session, ticket.no, message_id, "hazard_reported", new.description)
            session.add(
                Alarm(
                    message_id=message_id,
                    ticket_no=ticket.no,
                    conversation_id=new.conversation_id or "",
                    kind=new.kind,
                    at=self._clock.now(),
                )
            )
            return self._view(session, ticket)

    def add_place(self, ticket_no: str, place: str, request_key: str) -> TicketView:
        """Where it is, told afterwards."""
        with self._db.write() as session:
            ticket = self._get(session, ticket_no)
            if self._note(session, ticket_no, request_key, "place_told", place):
                ticket.place = f"{ticket.place};{place}".strip(";")
            return self._view(session, ticket)

    def recent_hazard(self, conversation_id: str) -> TicketView | None:
        """The danger ticket of the last 30 minutes, if this conversation has one."""
        with self._db.read() as session:
            ticket = self._recent_hazard(session, conversation_id)
            return None if ticket is None else self._view(session, ticket)

    def tickets_of(self, conversation_id: str, account_no: str | None = None) -> list[TicketView]:
        """Tickets opened in this conversation, and the unrestricted ones of a verified account; the newest first."""
        mine = TroubleTicket.conversation_id == conversation_id
        if account_no is not None:
            mine |= (TroubleTicket.account_no == account_no) & TroubleTicket.restricted.is_(False)
        with self._db.read() as session:
            rows = session.scalars(
                select(TroubleTicket).where(mine).order_by(TroubleTicket.created_at.desc()).limit(20)
            )
            return [self._view(session, row) for row in rows.all()]

    def ticket_by_word(self, no: str, query_word: str) -> TicketView | None:
        """A ticket from anywhere, by its number and its query word; wrong words and unknown numbers look alike."""
        with self._db.read() as session:
            ticket = session.get(TroubleTicket, no)
            if ticket is None or not secrets.compare_digest(ticket.query_word.encode(), query_word.encode()):
                return None
            return self._view(session, ticket)

    def urge(self, no: str, request_key: str) -> TicketView:
        with self._db.write() as session:
            ticket = self._get(session, no)
            if self._note(session, no, request_key, "urged"):
                ticket.urged += 1
            return self._view(session, ticket)

    def ask_other_time(self, no: str, words: str, request_key: str) -> TicketView:
        """Keeps the customer's wish for another time; the dispatcher confirms it."""
        with self._db.write() as session:
            ticket = self._get(session, no)
            self._note(session, no, request_key, "other_time_asked", words)
            return self._view(session, ticket)

    def cancel(self, no: str, request_key: str) -> TicketView:
        """Cancels what is still open; a danger ticket is not cancelled by a message."""
        with self._db.write() as session:
            ticket = self._get(session, no)
            if self._note(session, no, request_key, "cancelled") and ticket.state != CANCELLED:
                self._move_to_cancelled(session, ticket)
            return self._view(session, ticket)

    def _move_to_cancelled(self, session: Session, ticket: TroubleTicket) -> None:
        changed = session.execute(
            update(TroubleTicket)
            .where(TroubleTicket.no == ticket.no, TroubleTicket.state.in_(OPEN), TroubleTicket.kind != HAZARD)
            .values(state=CANCELLED)
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            raise Conflict("这张工单不能撤销了", code="not_cancellable")
        session.refresh(ticket)

    def _recent_hazard(self, session: Session, conversation_id: str | None) -> TroubleTicket | None:
        return session.scalar(
            select(TroubleTicket)
            .where(
                TroubleTicket.conversation_id == conversation_id,
                TroubleTicket.kind == HAZARD,
                TroubleTicket.created_at > self._clock.now() - SAME_DANGER,
            )
            .order_by(TroubleTicket.created_at.desc())
            .limit(1)
        )

    def _insert(self, session: Session, new: NewTicket, request_key: str) -> TroubleTicket:
        now = self._clock.now()
        ticket = TroubleTicket(
            no=next_number(session, now),
            request_key=request_key,
            kind=new.kind,
            state=ACCEPTED,
            place=new.place,
            urgency=URGENT if new.kind == HAZARD else new.urgency,
            phone=new.phone,
            description=new.description,
            area=new.area,
            flags=sorted(new.flags),
            conversation_id=new.conversation_id,
            account_no=None if new.kind in RESTRICTED else new.account_no,
            restricted=new.kind in RESTRICTED,
            query_word=f"{secrets.randbelow(10**QUERY_WORD_DIGITS):0{QUERY_WORD_DIGITS}d}",
            urged=0,
            created_at=now,
        )
        session.add(ticket)
        session.flush()
        self._note(session, ticket.no, request_key, "accepted")
        return ticket

    def _note(self, session: Session, no: str, request_key: str, what: str, note: str = "") -> bool:
        """Writes down what happened; False if this request has been written down already."""
        key = f"{request_key}:{what}"
        known = select(TicketEvent.id).where(TicketEvent.ticket_no == no, TicketEvent.request_key == key)
        if session.scalar(known) is not None:
            return False
        session.add(TicketEvent(ticket_no=no, request_key=key, what=what, note=note, at=self._clock.now()))
        return True

    def _get(self, session: Session, no: str) -> TroubleTicket:
        ticket = session.get(TroubleTicket, no, with_for_update=True)
        if ticket is None:
            raise NotFound("没有这张工单", code="no_ticket")
        return ticket

    def _view(self, session: Session, ticket: TroubleTicket) -> TicketView:
        appointment = session.get(Appointment, ticket.no)
        return TicketView(
            no=ticket.no,
            kind=ticket.kind,
            state=ticket.state,
            urgency=ticket.urgency,
            place=ticket.place,
            query_word=ticket.query_word,
            created_at=ticket.created_at,
            urged=ticket.urged,
            appointment=(appointment.starts_at, appointment.ends_at) if appointment else None,
            promise=self.service_levels.promise(ticket.kind, ticket.area),
        )
