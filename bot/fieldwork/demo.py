"""The tickets of the demo, dated anew at each call. Visitors' tickets stay."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clock import LOCAL, Clock
from bot.fieldwork.tables import Appointment, TicketEvent, TroubleTicket
from bot.settings import ROOT
from bot.storage.engine import Database

FILE = ROOT / "data" / "demo" / "tickets.yml"
DEMO = "demo"


class DemoTicket(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int
    account_no: str
    kind: str
    state: str
    place: str
    area: str
    description: str
    query_word: str
    created_hours_ago: int
    appointment_days: int
    starts: time = Field(alias="from")
    ends: time = Field(alias="to")


def seed_tickets(db: Database, clock: Clock, today: date, path: Path = FILE) -> None:
    rows = TypeAdapter(list[DemoTicket]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    with db.write() as session:
        _remove_old(session)
        for row in rows:
            session.add(_ticket(row, clock.now(), today))
            session.flush()
            session.add(_appointment(row, today))


def _number(row: DemoTicket, today: date) -> str:
    return f"LZ{today:%y%m%d}{row.number:04d}"


def _remove_old(session: Session) -> None:
    old = list(session.scalars(select(TroubleTicket.no).where(TroubleTicket.source == DEMO)))
    for table, column in ((Appointment, Appointment.ticket_no), (TicketEvent, TicketEvent.ticket_no)):
        session.execute(delete(table).where(column.in_(old)))
    session.execute(delete(TroubleTicket).where(TroubleTicket.no.in_(old)))


def _ticket(row: DemoTicket, now: datetime, today: date) -> TroubleTicket:
    return TroubleTicket(
        no=_number(row, today),
        request_key=f"demo:{row.number}",
        kind=row.kind,
        state=row.state,
        place=row.place,
        area=row.area,
        description=row.description,
        account_no=row.account_no,
        query_word=row.query_word,
        flags=[],
        source=DEMO,
        urged=0,
        restricted=False,
        created_at=now - timedelta(hours=row.created_hours_ago),
    )


def _appointment(row: DemoTicket, today: date) -> Appointment:
    day = today + timedelta(days=row.appointment_days)
    starts, ends = (datetime.combine(day, at, LOCAL) for at in (row.starts, row.ends))
    return Appointment(ticket_no=_number(row, today), starts_at=starts, ends_at=ends)
