"""The audit trail: who read which customer's data and what for, and what was done to accounts.

The same act repeated within ten minutes is counted on one row, so that a page which looks again every few seconds
leaves a row that says from when to when it was open.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.staff.tables import AuditEntry
from bot.storage.engine import Database

SAME_ACT = timedelta(minutes=10)
FRESH = timedelta(seconds=30)


class Audit:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def read(self, actor: str, action: str, subject: str, purpose: str, detail: Iterable[str] = ()) -> None:
        """Notes a read before it is answered. A repetition within half a minute that adds nothing writes nothing."""
        wanted = set(detail)
        with self._db.read() as session:
            known = _recent(session, self._clock.now(), actor, action, subject, purpose)
        fresh = known is not None and known.last_at > self._clock.now() - FRESH
        if known is None or not fresh or not wanted <= set(known.detail):
            with self._db.write() as session:
                note(session, self._clock.now(), actor, action, subject, purpose, wanted)

    def did(self, session: Session, actor: str, action: str, subject: str) -> None:
        """Notes an act in the transaction that does it."""
        note(session, self._clock.now(), actor, action, subject)

    def trail(self, about: str = "", limit: int = 200) -> list[AuditEntry]:
        """The newest entries, of everything or of one record or person."""
        query = select(AuditEntry).order_by(AuditEntry.last_at.desc(), AuditEntry.id.desc()).limit(limit)
        if about:
            query = query.where(or_(AuditEntry.subject == about, AuditEntry.actor == about))
        with self._db.read() as session:
            return list(session.scalars(query))


def note(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject: str,
    purpose: str = "",
    detail: Iterable[str] = (),
) -> None:
    """One act on the trail, in the caller's transaction: for rooms that change records on behalf of staff."""
    known = _recent(session, now, actor, action, subject, purpose)
    if known is None:
        session.add(
            AuditEntry(
                actor=actor,
                action=action,
                subject=subject,
                purpose=purpose,
                detail=sorted(detail),
                first_at=now,
                last_at=now,
            )
        )
        return
    known.times += 1
    known.last_at = now
    known.detail = sorted({*known.detail, *detail})


def _recent(session: Session, now: datetime, actor: str, action: str, subject: str, purpose: str) -> AuditEntry | None:
    return session.scalar(
        select(AuditEntry)
        .where(AuditEntry.actor == actor, AuditEntry.action == action)
        .where(AuditEntry.subject == subject, AuditEntry.purpose == purpose)
        .where(AuditEntry.first_at > now - SAME_ACT)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
