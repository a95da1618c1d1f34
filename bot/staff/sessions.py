"""Ending sessions: whoever holds the cookie of an ended one is a stranger."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.staff.tables import StaffSession


def end_sessions(session: Session, member_id: str) -> None:
    session.execute(delete(StaffSession).where(StaffSession.member_id == member_id))
