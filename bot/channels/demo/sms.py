"""An SMS driver that delivers to a table instead of a phone, so a newcomer can read what the service sends."""

from collections.abc import Sequence
from datetime import datetime

from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from bot.channels.demo.faults import Faults
from bot.channels.sms.driver import Call, Content, Inbound, Receipt, Report, Template, Text, whole
from bot.channels.sms.numbers import address_of
from bot.clock import Clock
from bot.conversations.carriers import NotCarried
from bot.storage.base import Base, UtcDateTime
from bot.storage.engine import Database

REGION = "CN"
DEMO_NUMBERS = "1380000"


class DemoSms(Base):
    """One text message on the demo phone."""

    __tablename__ = "demo_sms"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    delivery_id: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemoSmsDriver:
    """`inbox` is what a phone would show. It proves nobody: whoever sits before the demo phone may type any number."""

    name, free_text, proves_sender, ready = "demo", True, False, True

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._faults = Faults(db)

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        return whole(text)

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        if isinstance(content, Template):
            raise NotCarried("give_up", "free_text_only")
        if await to_thread.run_sync(self._faults.next, "sms") is not None:
            raise NotCarried("retry", "ordered_failure")
        await to_thread.run_sync(self._keep, to, content.body, message_id)
        return Receipt(message_id)

    def parse_inbound(self, call: Call) -> list[Inbound]:
        return []

    def parse_receipt(self, call: Call) -> list[Report]:
        return []

    def inbox(self, to: str, limit: int = 50) -> list[DemoSms]:
        """What was sent to a number, newest first."""
        with self._db.read() as session:
            return list(
                session.scalars(select(DemoSms).where(DemoSms.to == to).order_by(DemoSms.id.desc()).limit(limit))
            )

    def _keep(self, to: str, text: str, delivery_id: str) -> None:
        with self._db.write() as session:
            if session.scalar(select(DemoSms.id).where(DemoSms.delivery_id == delivery_id)) is None:
                address = address_of(to, REGION) or to
                session.add(DemoSms(delivery_id=delivery_id, to=address, text=text, sent_at=self._clock.now()))


def is_demo_phone(number: str) -> bool:
    """The numbers of the demo's own customers: a text from one of them, and from no other, proves its sender there."""
    return address_of(number, REGION) == number and number.startswith(DEMO_NUMBERS)
