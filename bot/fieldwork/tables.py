"""Tickets, what happened to them, appointments, and what danger was reported when.

Restricted tickets (theft, complaint) keep whom they are about and who told in `sealed_subjects`, nowhere else.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class TroubleTicket(Base):
    """One matter somebody has to see to."""

    __tablename__ = "trouble_tickets"

    no: Mapped[str] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    urgency: Mapped[str]
    state: Mapped[str]
    source: Mapped[str]
    restricted: Mapped[bool] = mapped_column(default=False)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    account_no: Mapped[str | None] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(default="")
    area: Mapped[str | None]
    phone: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(Text, default="")
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    query_word: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    urged: Mapped[int] = mapped_column(default=0)


class TicketCounter(Base):
    """The last number given on a day; its row is the lock under which tickets are opened."""

    __tablename__ = "ticket_counters"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class TicketEvent(Base):
    """What happened to a ticket. A request key makes the same event stand once."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_no: Mapped[str] = mapped_column(ForeignKey("trouble_tickets.no"), index=True)
    request_key: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealedSubject(Base):
    """Whom a restricted ticket is about, and who told."""

    __tablename__ = "sealed_subjects"

    ticket_no: Mapped[str] = mapped_column(ForeignKey("trouble_tickets.no"), primary_key=True)
    target: Mapped[str] = mapped_column(Text, default="")
    reporter: Mapped[str] = mapped_column(default="")


class Appointment(Base):
    """When somebody comes. The newest one that is not cancelled holds."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_no: Mapped[str] = mapped_column(ForeignKey("trouble_tickets.no"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HazardReport(Base):
    """One message that told of danger, and the ticket it was put on."""

    __tablename__ = "hazard_reports"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    ticket_no: Mapped[str] = mapped_column(ForeignKey("trouble_tickets.no"), index=True)
    conversation_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskAlarm(Base):
    """Danger the desk must look at now; one for each hazard report."""

    __tablename__ = "desk_alarms"

    message_id: Mapped[str] = mapped_column(ForeignKey("hazard_reports.message_id"), primary_key=True)
    ticket_no: Mapped[str] = mapped_column(ForeignKey("trouble_tickets.no"))
    conversation_id: Mapped[str]
    kind: Mapped[str]
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    seen_by: Mapped[str | None]


class WrongWord(Base):
    """A wrong query word that was tried on a ticket; too many close the door for an hour."""

    __tablename__ = "wrong_query_words"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_no: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
