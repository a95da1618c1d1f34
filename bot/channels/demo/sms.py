"""A carrier that delivers to a table instead of a phone, so a newcomer can read the codes the service sends."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from bot.clock import Clock
from bot.conversations.carriers import Parcel
from bot.storage.base import Base, UtcDateTime
from bot.storage.engine import Database


class DemoSms(Base):
    """One text message on the demo phone."""

    __tablename__ = "demo_sms"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    delivery_id: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemoCarrier:
    def __init__(self, db: Database, clock: Clock, signature: str) -> None:
        self._db = db
        self._clock = clock
        self._signature = signature

    def send(self, parcel: Parcel) -> None:
        with self._db.write() as session:
            if session.scalar(select(DemoSms.id).where(DemoSms.delivery_id == parcel.id)) is None:
                signed = f"【{self._signature}】{parcel.text}"
                now = self._clock.now()
                session.add(DemoSms(delivery_id=parcel.id, to=parcel.address, text=signed, sent_at=now))

    def inbox(self, to: str, limit: int = 50) -> list[DemoSms]:
        """What was sent to a number, newest first."""
        with self._db.read() as session:
            return list(
                session.scalars(select(DemoSms).where(DemoSms.to == to).order_by(DemoSms.id.desc()).limit(limit))
            )
