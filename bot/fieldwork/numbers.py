"""Ticket numbers: LZ, the day, and a count that starts anew each day. Given out once, also by two processes at once."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.clock import local_day
from bot.fieldwork.tables import TicketCounter


def next_number(session: Session, now: datetime) -> str:
    day = local_day(now)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(TicketCounter).values(day=day, last=0).on_conflict_do_nothing())
    count = session.scalar(
        update(TicketCounter)
        .where(TicketCounter.day == day)
        .values(last=TicketCounter.last + 1)
        .returning(TicketCounter.last)
    )
    return f"LZ{day:%y%m%d}{count:04d}"
