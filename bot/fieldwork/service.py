"""The front door of fieldwork: opening tickets, finding them again, moving them on."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import Conflict, NotFound
from bot.fieldwork.alarm_texts import AlarmTexts
from bot.fieldwork.hazards import HAZARD, HazardTickets
from bot.fieldwork.levels import Area, PromisePart, ServiceLevels
from bot.fieldwork.lookup import Lookup
from bot.fieldwork.opening import NewTicket, Word, lock_counter, store
from bot.fieldwork.states import BEFORE_ARRIVAL, CANCELLED, OPEN, may_follow
from bot.fieldwork.tables import Appointment, DeskAlarm, TicketEvent, TroubleTicket
from bot.identity import AnyProof
from bot.identity.grants import TICKETS
from bot.storage.engine import Database
from bot.supplier import WorkCalendar

WORD_DIGITS = 6
CHANGED = "这张工单刚刚有了变化,请再查一下进度。"
AGREED, REPLACED = "agreed", "replaced"


def six_digits() -> str:
    """A query word nobody can guess in the few tries they get, and anybody can type."""
    return "".join(secrets.choice("0123456789") for _ in range(WORD_DIGITS))


class Fieldwork:
    """`calendar` says which days are working days; it is asked anew each time, because its file may change.

    `texts` tells people outside of danger; without it only the desk is alarmed.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        levels: ServiceLevels,
        *,
        new_word: Word = six_digits,
        calendar: Callable[[], WorkCalendar] = WorkCalendar,
        texts: AlarmTexts | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self.levels = levels
        self._new_word = new_word
        self._calendar = calendar
        self._hazards = HazardTickets(db, clock, levels, new_word, texts)
        self._lookup = Lookup(db, clock)

    def open_ticket(self, wanted: NewTicket) -> TroubleTicket:
        """Opens a ticket; the same request key again gives the ticket opened first."""
        now = self._clock.now()
        with self._db.write() as session:
            return store(session, lock_counter(session, now), self.levels, wanted, now, self._new_word())

    def open_hazard_ticket(
        self, conversation_id: str, kind: str, flags: Collection[str], text: str, message_id: str
    ) -> TroubleTicket:
        """The urgent ticket of this danger, opened or added to; once per message id. The desk is alarmed."""
        return self._hazards.open(conversation_id, kind, flags, text, message_id)

    def recent_hazard(self, conversation_id: str) -> TroubleTicket | None:
        return self._hazards.recent(conversation_id)

    def unseen_alarms(self) -> list[DeskAlarm]:
        return self._hazards.unseen_alarms()

    def see_alarm(self, message_id: str, by: str) -> None:
        self._hazards.see(message_id, by)

    def promise(self, kind: str, area: Area | None = None, urgency: str | None = None) -> list[PromisePart]:
        return self.levels.promise(kind, area, urgency)

    def first_due(self, ticket: TroubleTicket) -> datetime | None:
        area: Area | None = ticket.area  # type: ignore[assignment]
        return self.levels.first_due(ticket.kind, area, ticket.urgency, ticket.opened_at, self._calendar())

    def of_conversation(self, conversation_id: str, *, open_only: bool = False) -> list[TroubleTicket]:
        """The tickets opened in this conversation, the newest first."""
        query = select(TroubleTicket).where(TroubleTicket.conversation_id == conversation_id)
        return self._newest_first(query, open_only)

    def of_account(self, proof: AnyProof, *, open_only: bool = False) -> list[TroubleTicket]:
        """The tickets of the account of a proof. Restricted ones are never among them, nor are internal."""
        return self._at(proof.opens(self._clock, TICKETS), open_only)

    def for_the_house(self, account_no: str) -> list[TroubleTicket]:
        """The same for our own nightly work, which answers nobody."""
        return self._at(account_no, open_only=False)

    def _at(self, account_no: str, open_only: bool) -> list[TroubleTicket]:
        query = select(TroubleTicket).where(TroubleTicket.account_no == account_no, TroubleTicket.restricted.is_(False))
        query = query.where(TroubleTicket.kind.not_in(self.levels.internal_kinds))
        return self._newest_first(query, open_only)

    def open_of_source(self, source: str) -> list[TroubleTicket]:
        """The open tickets one source has raised, the newest first. Restricted ones are never among them."""
        query = select(TroubleTicket).where(TroubleTicket.source == source, TroubleTicket.restricted.is_(False))
        return self._newest_first(query, open_only=True)

    def find(self, no: str, word: str) -> TroubleTicket:
        """The ticket of a number and its query word. A wrong pair is answered like a number that does not exist."""
        return self._lookup.find(no, word)

    def history(self, no: str) -> list[TicketEvent]:
        with self._db.read() as session:
            return list(
                session.scalars(select(TicketEvent).where(TicketEvent.ticket_no == no).order_by(TicketEvent.id))
            )

    def appointment(self, no: str) -> Appointment | None:
        with self._db.read() as session:
            return session.scalar(_agreed(no))

    def move(self, no: str, from_state: str, to_state: str, *, name: str, request_key: str | None = None) -> None:
        """From one state to another, if it is still in the first; Conflict when it is not."""
        if not may_follow(from_state, to_state):
            raise Conflict("工单现在不能这样改", code="bad_transition", detail=f"{from_state} -> {to_state}")
        with self._db.write() as session:
            _locked(session, no)
            if not _already(session, request_key):
                self._change(session, no, (from_state,), to_state, name, request_key)

    def urge(self, no: str, *, request_key: str) -> int:
        """Notes that the customer presses for it, on the ticket there is. How often it has been urged by now."""
        with self._db.write() as session:
            ticket = _locked(session, no)
            if not _already(session, request_key):
                if ticket.state not in OPEN:
                    raise Conflict(CHANGED, code="not_open")
                ticket.urged += 1
                _note(session, ticket, "urged", request_key, self._clock.now())
            return ticket.urged

    def reschedule(self, no: str, starts_at: datetime, ends_at: datetime, *, request_key: str) -> Appointment:
        """Agrees another time. Not once somebody is there."""
        with self._db.write() as session:
            ticket = _locked(session, no)
            if not _already(session, request_key):
                if ticket.state not in BEFORE_ARRIVAL:
                    raise Conflict(CHANGED, code="not_open")
                _agree(session, no, starts_at, ends_at, self._clock.now())
                _note(session, ticket, "rescheduled", request_key, self._clock.now())
            return session.scalars(_agreed(no)).one()

    def cancel(self, no: str, *, request_key: str) -> None:
        """Calls a ticket off. Danger is not called off by a customer, nor anything once somebody is there."""
        with self._db.write() as session:
            ticket = _locked(session, no)
            if _already(session, request_key):
                return
            if ticket.kind == HAZARD:
                raise Conflict("有危险的急修单不能撤,师傅会到现场确认。", code="hazard_stays")
            self._change(session, no, BEFORE_ARRIVAL, CANCELLED, "cancelled", request_key)

    def add_place(self, no: str, place: str, area: Area | None, phone: str, *, request_key: str) -> TroubleTicket:
        """Puts the place, and a phone if one was left, onto a ticket that was opened without."""
        with self._db.write() as session:
            ticket = _locked(session, no)
            if not _already(session, request_key):
                ticket.place = place or ticket.place
                ticket.area = area or ticket.area
                ticket.phone = phone or ticket.phone
                _note(session, ticket, "place_added", request_key, self._clock.now())
            return ticket

    def _newest_first(self, query: Select[TroubleTicket], open_only: bool) -> list[TroubleTicket]:
        if open_only:
            query = query.where(TroubleTicket.state.in_(OPEN))
        with self._db.read() as session:
            return list(session.scalars(query.order_by(TroubleTicket.opened_at.desc(), TroubleTicket.no.desc())))

    def _change(
        self, session: Session, no: str, from_states: Collection[str], to_state: str, name: str, key: str | None
    ) -> None:
        """Compare-and-set: the state changes only where one of the expected ones still holds."""
        ticket = _locked(session, no)
        before, now = ticket.state, self._clock.now()
        changed = session.execute(
            update(TroubleTicket)
            .where(TroubleTicket.no == no, TroubleTicket.state.in_(from_states))
            .values(state=to_state, changed_at=now)
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            raise Conflict(CHANGED, code="not_open", detail=f"{before} -> {to_state}")
        session.add(TicketEvent(ticket_no=no, request_key=key, name=name, from_state=before, to_state=to_state, at=now))


def _locked(session: Session, no: str) -> TroubleTicket:
    query = select(TroubleTicket).where(TroubleTicket.no == no).with_for_update()
    ticket = session.scalar(query)
    if ticket is None:
        raise NotFound("没有查到这张工单", code="no_ticket")
    return ticket


def _already(session: Session, request_key: str | None) -> bool:
    """Whether this request has been carried out. Asked with the ticket locked, so that a repeated call waits for it."""
    if request_key is None:
        return False
    return session.scalar(select(TicketEvent.id).where(TicketEvent.request_key == request_key)) is not None


def _note(session: Session, ticket: TroubleTicket, name: str, request_key: str, at: datetime) -> None:
    ticket.changed_at = at
    session.add(
        TicketEvent(
            ticket_no=ticket.no,
            request_key=request_key,
            name=name,
            from_state=ticket.state,
            to_state=ticket.state,
            at=at,
        )
    )


def _agreed(no: str) -> Select[Appointment]:
    newest = select(Appointment).where(Appointment.ticket_no == no, Appointment.state == AGREED)
    return newest.order_by(Appointment.id.desc()).limit(1)


def _agree(session: Session, no: str, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    session.execute(
        update(Appointment).where(Appointment.ticket_no == no, Appointment.state == AGREED).values(state=REPLACED)
    )
    session.add(Appointment(ticket_no=no, starts_at=starts_at, ends_at=ends_at, state=AGREED, made_at=at))
    session.flush()
