"""Jobs that are due once a day, whichever of several processes gets to them first.

A process that dies with a job in hand leaves it to the others when its lease ends; a job that is finished is not done
again that day.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from bot.clock import Clock
from bot.storage.base import Base, UtcDateTime
from bot.storage.engine import Database


class DailyJob(Base):
    """One job on one day: in somebody's hands until `leased_until`, or finished."""

    __tablename__ = "daily_jobs"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DailyJobs:
    def __init__(self, db: Database, clock: Clock, lease: timedelta) -> None:
        self._db = db
        self._clock = clock
        self._lease = lease

    def claim(self, name: str, day: date) -> bool:
        """True for exactly one caller until the lease ends; never again once the job is finished."""
        if self._finished(name, day):  # the usual answer of the day, found without writing
            return False
        now = self._clock.now()
        until = now + self._lease
        try:
            with self._db.write() as session:
                session.add(DailyJob(name=name, day=day, leased_until=until))
            return True
        except IntegrityError:
            pass  # somebody has it, or had it
        with self._db.write() as session:
            taken = session.execute(
                update(DailyJob)
                .where(DailyJob.name == name, DailyJob.day == day, DailyJob.finished_at.is_(None))
                .where(DailyJob.leased_until <= now)
                .values(leased_until=until)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def _finished(self, name: str, day: date) -> bool:
        with self._db.read() as session:
            job = session.get(DailyJob, (name, day))
            return job is not None and job.finished_at is not None

    def finish(self, name: str, day: date) -> None:
        with self._db.write() as session:
            session.execute(
                update(DailyJob).where(DailyJob.name == name, DailyJob.day == day).values(finished_at=self._clock.now())
            )
