"""What the model was not sure of, kept for review: the words, and what it thought of first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.clock import Clock
from bot.storage.base import Base, UtcDateTime
from bot.storage.engine import Database


class UnclearMessage(Base):
    __tablename__ = "unclear_messages"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    readings: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Unclear:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def keep(self, text: str, readings: Sequence[str], *, request_key: str) -> None:
        """Keeps one message, once for a request key. `readings`: intents, the likeliest first."""
        with self._db.write() as session:
            if session.get(UnclearMessage, request_key) is None:
                now = self._clock.now()
                row = UnclearMessage(request_key=request_key, text=text, readings=" ".join(readings), said_at=now)
                session.add(row)

    def waiting(self, limit: int = 100) -> list[UnclearMessage]:
        """The newest that nobody has reviewed."""
        with self._db.read() as session:
            open_ones = select(UnclearMessage).where(UnclearMessage.reviewed_at.is_(None))
            return list(session.scalars(open_ones.order_by(UnclearMessage.said_at.desc()).limit(limit)))
