"""The danger ticket: one urgent ticket per conversation and half an hour is opened or added to, the desk is alarmed."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.fieldwork.alarm_texts import AlarmTexts
from bot.fieldwork.levels import URGENT, ServiceLevels
from bot.fieldwork.opening import NewTicket, Word, lock_counter, store
from bot.fieldwork.states import OPEN
from bot.fieldwork.tables import DeskAlarm, HazardReport, TicketEvent, TroubleTicket
from bot.storage.engine import Database

HAZARD = "hazard"
ADDED = "hazard_added"
SAME_DANGER = timedelta(minutes=30)


class HazardTickets:
    def __init__(
        self, db: Database, clock: Clock, levels: ServiceLevels, new_word: Word, texts: AlarmTexts | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._levels = levels
        self._new_word = new_word
        self._texts = texts

    def open(
        self, conversation_id: str, kind: str, flags: Collection[str], text: str, message_id: str
    ) -> TroubleTicket:
        """The ticket this message of danger stands on. The same message id again changes nothing."""
        report = HazardReport(
            message_id=message_id,
            conversation_id=conversation_id,
            kind=kind,
            flags=sorted(flags),
            text=text,
            at=self._clock.now(),
        )
        with self._db.write() as session:
            counter = lock_counter(session, report.at)
            known = session.get(HazardReport, message_id)
            if known is not None:
                return session.get_one(TroubleTicket, known.ticket_no)
            ticket = self._recent(session, conversation_id)
            if ticket is None:
                wanted = self._wanted(report)
                ticket = store(session, counter, self._levels, wanted, report.at, self._new_word())
                if self._texts is not None:
                    self._texts.send(session, ticket, report)
            else:
                _add(session, ticket, report)
            _alarm(session, ticket, report)
            return ticket

    def recent(self, conversation_id: str) -> TroubleTicket | None:
        """The danger ticket this conversation is still adding to."""
        with self._db.read() as session:
            return self._recent(session, conversation_id)

    def unseen_alarms(self) -> list[DeskAlarm]:
        """What the desk has not looked at yet, the oldest first."""
        with self._db.read() as session:
            return list(
                session.scalars(select(DeskAlarm).where(DeskAlarm.seen_at.is_(None)).order_by(DeskAlarm.raised_at))
            )

    def see(self, message_id: str, by: str) -> None:
        """Somebody has looked at the alarm; the first who did stays on it."""
        with self._db.write() as session:
            session.execute(
                update(DeskAlarm)
                .where(DeskAlarm.message_id == message_id, DeskAlarm.seen_at.is_(None))
                .values(seen_at=self._clock.now(), seen_by=by)
            )

    def _recent(self, session: Session, conversation_id: str) -> TroubleTicket | None:
        return session.scalar(
            select(TroubleTicket)
            .where(TroubleTicket.conversation_id == conversation_id, TroubleTicket.kind == HAZARD)
            .where(TroubleTicket.opened_at > self._clock.now() - SAME_DANGER, TroubleTicket.state.in_(OPEN))
            .order_by(TroubleTicket.no.desc())
            .limit(1)
        )

    def _wanted(self, report: HazardReport) -> NewTicket:
        return NewTicket(
            kind=HAZARD,
            urgency=URGENT,
            request_key=f"{report.message_id}:{HAZARD}",
            conversation_id=report.conversation_id,
            description=report.text,
            flags=frozenset({report.kind, *report.flags}),
        )


def _add(session: Session, ticket: TroubleTicket, report: HazardReport) -> None:
    ticket.description = f"{ticket.description}\n{report.text}"
    ticket.flags = sorted({*ticket.flags, report.kind, *report.flags})
    ticket.changed_at = report.at
    session.add(
        TicketEvent(ticket_no=ticket.no, name=ADDED, from_state=ticket.state, to_state=ticket.state, at=report.at)
    )


def _alarm(session: Session, ticket: TroubleTicket, report: HazardReport) -> None:
    report.ticket_no = ticket.no
    session.add(report)
    session.flush()
    session.add(
        DeskAlarm(
            message_id=report.message_id,
            ticket_no=ticket.no,
            conversation_id=report.conversation_id,
            kind=report.kind,
            flags=report.flags,
            raised_at=report.at,
        )
    )
