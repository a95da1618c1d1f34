"""The tickets of the demo. A new day opens them anew, dated from that day; on the same day nothing is touched.

Visitors' tickets stay: only rows with a demo key are ever removed.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clock import Clock, at_local, local_day
from bot.errors import ConfigurationError
from bot.fieldwork.levels import Area, Urgency
from bot.fieldwork.opening import OPENED, PREFIX
from bot.fieldwork.states import ACCEPTED
from bot.fieldwork.tables import Appointment, SealedSubject, TicketEvent, TroubleTicket
from bot.settings import ROOT
from bot.storage.engine import Database

TICKETS = ROOT / "data" / "demo" / "tickets.yml"
DEMO_KEY = "demo-ticket:"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Moment(_Entry):
    days: int
    at: time


class DemoEvent(Moment):
    name: str
    to: str


class Visit(_Entry):
    days: int
    start: time
    end: time


class DemoTicket(_Entry):
    number: int
    kind: str
    urgency: Urgency
    account_no: str | None = None
    source: str = "web"
    restricted: bool = False
    place: str
    area: Area
    description: str
    query_word: str
    target: str = ""
    reporter: str = ""
    opened: Moment
    events: list[DemoEvent] = []
    appointment: Visit | None = None


def load_demo_tickets(path: Path = TICKETS) -> list[DemoTicket]:
    try:
        return TypeAdapter(list[DemoTicket]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


def seed_tickets(db: Database, clock: Clock, *, today: date | None = None) -> None:
    day = today or local_day(clock.now())
    wanted = {_number(row, day): row for row in load_demo_tickets()}
    with db.write() as session:
        there = set(session.scalars(select(TroubleTicket.no).where(TroubleTicket.request_key.startswith(DEMO_KEY))))
        _remove(session, there - wanted.keys())
        for no, row in wanted.items():
            if no not in there:
                _insert(session, no, row, day)


def _number(row: DemoTicket, today: date) -> str:
    return f"{PREFIX}{today + timedelta(days=row.opened.days):%y%m%d}{row.number:04d}"


def _remove(session: Session, numbers: set[str]) -> None:
    for table in (Appointment, TicketEvent, SealedSubject):
        session.execute(delete(table).where(table.ticket_no.in_(numbers)))
    session.execute(delete(TroubleTicket).where(TroubleTicket.no.in_(numbers)))


def _insert(session: Session, no: str, row: DemoTicket, today: date) -> None:
    opened = _moment(today, row.opened)
    changed = _moment(today, row.events[-1]) if row.events else opened
    session.add(
        TroubleTicket(
            no=no,
            request_key=f"{DEMO_KEY}{no}",
            kind=row.kind,
            urgency=row.urgency,
            source=row.source,
            state=row.events[-1].to if row.events else ACCEPTED,
            restricted=row.restricted,
            account_no=None if row.restricted else row.account_no,
            place=row.place,
            area=row.area,
            description=row.description,
            flags=[],
            query_word=row.query_word,
            opened_at=opened,
            changed_at=changed,
        )
    )
    session.flush()
    _insert_history(session, no, row, today)
    if row.restricted:
        session.add(SealedSubject(ticket_no=no, target=row.target, reporter=row.reporter))
    if row.appointment:
        day = today + timedelta(days=row.appointment.days)
        starts, ends = row.appointment.start, row.appointment.end
        session.add(
            Appointment(
                ticket_no=no,
                starts_at=at_local(day, starts.hour, starts.minute),
                ends_at=at_local(day, ends.hour, ends.minute),
                state="agreed",
                made_at=changed,
            )
        )


def _insert_history(session: Session, no: str, row: DemoTicket, today: date) -> None:
    opened = _moment(today, row.opened)
    session.add(TicketEvent(ticket_no=no, name=OPENED, from_state=None, to_state=ACCEPTED, at=opened))
    state = ACCEPTED
    for event in row.events:
        at = _moment(today, event)
        session.add(TicketEvent(ticket_no=no, name=event.name, from_state=state, to_state=event.to, at=at))
        state = event.to


def _moment(today: date, moment: Moment) -> datetime:
    return at_local(today + timedelta(days=moment.days), moment.at.hour, moment.at.minute)
