"""The SMS channel over a conversation room: a carrier of our own that takes, refuses or loses what it is given."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot.channels.sms.commands import Commands
from bot.channels.sms.compose import FreeText
from bot.channels.sms.driver import Call, Content, Inbound, Receipt, Report, Text, in_parts
from bot.channels.sms.loops import Limits
from bot.channels.sms.owed import Wishes
from bot.channels.sms.receiving import Receiving
from bot.channels.sms.record import Record
from bot.channels.sms.sending import Compose, SmsPost
from bot.channels.sms.tables import SmsInbound, SmsPart
from bot.clock import FixedClock, new_id
from bot.conversations.addresses import Addresses
from bot.conversations.calls import Calls
from bot.conversations.intake import Intake, Received
from bot.conversations.outbox import Outbox
from bot.conversations.tables import Delivery
from bot.storage.engine import Database
from tests.conversations.conftest import Room, make_room

PHONE = "13800000017"
SIGNATURE = "长葛供电"
SECRET = b"secret of the tests, long enough"


class FakeDriver:
    """Takes what it is given; an error in `failures` is raised instead, after it was `written` if it says so."""

    name, free_text, proves_sender, ready = "fake", True, True, True

    def __init__(self) -> None:
        self.sent: list[tuple[str, Content]] = []
        self.failures: list[Exception] = []

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        return in_parts(text, message_id)

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((to, content))
        return Receipt(f"r{len(self.sent)}")

    def parse_inbound(self, call: Call) -> list[Inbound]:
        return []

    def parse_receipt(self, call: Call) -> list[Report]:
        return []

    @property
    def texts(self) -> list[str]:
        return [content.body for _, content in self.sent if isinstance(content, Text)]


@dataclass
class Office:
    """The channel with its room. `post` hands over what is due, as often as it takes."""

    room: Room
    receiving: Receiving
    record: Record
    driver: FakeDriver
    outbox: Outbox
    sender: SmsPost
    waited: list[float] = field(default_factory=list)

    def receive(self, text: str, name: str | None = "", sender: str = PHONE, **part: int) -> Received | None:
        inbound = Inbound(new_id() if name == "" else name, sender, text, **part)
        return self.receiving.receive(inbound, proven=True)

    def post(self) -> list[str]:
        """What the carrier has been given since the last time."""
        before = len(self.driver.sent)
        while asyncio.run(self.sender.round()):
            pass
        return self.driver.texts[before:]

    def ask(self, text: str) -> list[str]:
        """The customer writes, the bot answers, the texts go out."""
        received = self.receive(text)
        assert received is not None
        self.room.serve(received.conversation_id)
        return self.post()

    def deliveries(self) -> list[Delivery]:
        with self.room.db.read() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.created_at, Delivery.seq)))

    def parts(self) -> list[SmsPart]:
        with self.room.db.read() as session:
            return list(session.scalars(select(SmsPart).order_by(SmsPart.delivery_id, SmsPart.number)))

    def outcomes(self) -> list[str | None]:
        with self.room.db.read() as session:
            return list(session.scalars(select(SmsInbound.outcome).order_by(SmsInbound.received_at, SmsInbound.id)))


def make_office(
    db: Database, clock: FixedClock, *, driver: FakeDriver | None = None, compose: Compose | None = None
) -> Office:
    room = make_room(db, clock)
    outbox, driver = Outbox(db, clock, new_id), driver or FakeDriver()
    intake = Intake(db, clock, room.thread, Addresses(clock, new_id), 1000)
    receiving = Receiving(
        db,
        clock,
        new_id,
        room.conversations,
        intake,
        room.thread,
        Commands(clock, room.thread, outbox, SIGNATURE, "CN", free_text=driver.free_text),
        limits=Limits(20, 10),
        secret=SECRET,
        region="CN",
    )
    record, waited = Record(db, clock, outbox), []

    async def wait(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0)

    wishes = Wishes(db, outbox, Calls(db, clock, Addresses(clock, new_id)).ask)
    sender = SmsPost(outbox, wishes, record, driver, compose or FreeText(driver, SIGNATURE), "CN", wait)
    return Office(room, receiving, record, driver, outbox, sender, waited)


@pytest.fixture
def office(any_db: Database, clock: FixedClock) -> Office:
    return make_office(any_db, clock)


@pytest.fixture
def small(db: Database, clock: FixedClock) -> Office:
    """The same on SQLite alone, for what does not turn on the database."""
    return make_office(db, clock)
