"""Praise and suggestions, each kept once under a number the customer can quote."""

from datetime import datetime

from sqlalchemy import Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.clock import Clock, local_day
from bot.storage.base import Base, UtcDateTime
from bot.storage.engine import Database


class FeedbackNote(Base):
    __tablename__ = "feedback_notes"

    no: Mapped[str] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Feedback:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def keep(self, conversation_id: str, text: str, *, request_key: str) -> str:
        """The number of the stored note; the same key again gives the same number."""
        with self._db.write() as session:
            known = session.scalar(select(FeedbackNote.no).where(FeedbackNote.request_key == request_key))
            if known is not None:
                return known
            now = self._clock.now()
            prefix = f"JY{local_day(now):%y%m%d}"
            last = session.scalar(select(func.max(FeedbackNote.no)).where(FeedbackNote.no.startswith(prefix)))
            number = f"{prefix}{int(last[-4:]) + 1 if last else 1:04d}"
            session.add(
                FeedbackNote(
                    no=number, request_key=request_key, conversation_id=conversation_id, text=text, created_at=now
                )
            )
            return number
