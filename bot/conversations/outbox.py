"""What is to be delivered outside: stored first, tried under a lease, retried until delivered or given up on record."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations.tables import GIVEN_UP, PENDING, SENT, Delivery
from bot.errors import LamplighterError
from bot.storage.engine import Database

RETRY_SECONDS = (1, 5, 30, 120, 600)
LEASE_SECONDS = 60


class Carrier(Protocol):
    """A channel's way out. Raises a LamplighterError whose `permanent` says whether trying again can help."""

    def send(self, delivery_id: str, address: str, text: str) -> None: ...


@dataclass(frozen=True)
class Parcel:
    id: str
    channel: str
    address: str
    text: str
    attempts: int


class Outbox:
    def __init__(self, db: Database, clock: Clock, new_id: NewId) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id

    def send(self, phone: str, text: str, request_key: str) -> None:
        """Stores an SMS that holds a one-time code; the same key again stores nothing."""
        with self._db.write() as session:
            self.put(session, channel="sms", address=phone, text=text, request_key=request_key, secret=True)

    def put(
        self, session: Session, *, channel: str, address: str, text: str, request_key: str, secret: bool = False
    ) -> None:
        if session.scalar(select(Delivery.id).where(Delivery.request_key == request_key)) is not None:
            return
        now = self._clock.now()
        session.add(
            Delivery(
                id=self._new_id(),
                request_key=request_key,
                channel=channel,
                address=address,
                text=text,
                secret=secret,
                state=PENDING,
                next_attempt_at=now,
                created_at=now,
            )
        )

    def take(self, limit: int = 20) -> list[Parcel]:
        """Due parcels, each leased: whoever dies while sending leaves it to be tried again after a minute."""
        now = self._clock.now()
        with self._db.write() as session:
            due = session.scalars(
                select(Delivery)
                .where(Delivery.state == PENDING, Delivery.next_attempt_at <= now)
                .order_by(Delivery.next_attempt_at)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
            for delivery in due:
                delivery.next_attempt_at = now + timedelta(seconds=LEASE_SECONDS)
                delivery.attempts += 1
            return [Parcel(d.id, d.channel, d.address, d.text, d.attempts) for d in due]

    def sent(self, parcel: Parcel) -> None:
        with self._db.write() as session:
            session.execute(update(Delivery).where(Delivery.id == parcel.id).values(state=SENT, last_error=None))
            _forget_secret(session, parcel.id)

    def failed(self, parcel: Parcel, error: LamplighterError) -> None:
        """Tried in vain: again after 1 s, 5 s, 30 s, 2 min, 10 min; then, or on a permanent error, given up."""
        over = error.permanent or parcel.attempts > len(RETRY_SECONDS)
        with self._db.write() as session:
            delivery = session.get_one(Delivery, parcel.id)
            delivery.last_error = error.code
            delivery.state = GIVEN_UP if over else PENDING
            if over:
                _forget_secret(session, parcel.id)
            else:
                wait = RETRY_SECONDS[parcel.attempts - 1]
                delivery.next_attempt_at = self._clock.now() + timedelta(seconds=wait)


def _forget_secret(session: Session, delivery_id: str) -> None:
    """A one-time code does not stay in the database once its parcel is settled."""
    session.execute(update(Delivery).where(Delivery.id == delivery_id, Delivery.secret.is_(True)).values(text=""))


def deliver(outbox: Outbox, carriers: dict[str, Carrier]) -> int:
    """Sends what is due; returns how many parcels were tried. No transaction is open while a carrier sends."""
    parcels = outbox.take()
    for parcel in parcels:
        try:
            carrier = carriers.get(parcel.channel)
            if carrier is None:
                raise LamplighterError("没有配置发送通道", code="no_carrier")
            carrier.send(parcel.id, parcel.address, parcel.text)
        except LamplighterError as error:
            outbox.failed(parcel, error)
        else:
            outbox.sent(parcel)
    return len(parcels)
