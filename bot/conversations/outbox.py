"""What is to be delivered outside: stored first, tried under a lease, retried until delivered or given up on record.

What is said in a conversation goes out in the order it was said; the safety words do not wait for anything.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.clock import Clock, NewId
from bot.conversations.carriers import Carrier, NotCarried, Parcel
from bot.conversations.tables import DELIVERED, FAILED, GIVEN_UP, ON_ITS_WAY, SENT, Delivery, Message
from bot.errors import LamplighterError
from bot.storage.engine import Database

log = structlog.get_logger()
RETRY_SECONDS = (1, 5, 30, 120, 600)
LEASE_SECONDS = 60
BATCH = 5  # a slow channel must be through with its batch before the lease ends
URGENT = ("hazard", "hazard_place")


class Outbox:
    def __init__(
        self, db: Database, clock: Clock, new_id: NewId, answers_in_call: Mapping[str, float] | None = None
    ) -> None:
        """`answers_in_call`: channels that carry an answer within their own call, and the seconds they wait for it."""
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._in_call = answers_in_call or {}

    def send(self, phone: str, text: str, request_key: str, data: Mapping[str, Any] | None = None) -> None:
        """Stores an SMS that holds a one-time code; the same key again stores nothing."""
        with self._db.write() as session:
            self.put(
                session,
                channel="sms",
                address=phone,
                kind="one_time_code",
                text=text,
                data=data,
                request_key=request_key,
                secret=True,
            )

    def put(
        self,
        session: Session,
        *,
        channel: str,
        address: str,
        kind: str,
        text: str,
        request_key: str,
        data: Mapping[str, Any] | None = None,
        secret: bool = False,
        not_before: datetime | None = None,
        **fields: Any,
    ) -> None:
        """A text for an address, in the caller's transaction; the same key again stores nothing."""
        if session.scalar(select(Delivery.id).where(Delivery.request_key == request_key)) is not None:
            return
        now = self._clock.now()
        session.add(
            Delivery(
                id=self._new_id(),
                request_key=request_key,
                channel=channel,
                address=address,
                kind=kind,
                text=text,
                data=dict(data or {}),
                secret=secret,
                urgent=kind in URGENT,
                next_attempt_at=not_before or now,
                created_at=now,
                **fields,
            )
        )

    def post(self, session: Session, message: Message, address: str, options: Sequence[Mapping[str, str]]) -> None:
        """What was said in a conversation, to the address the customer used last."""
        card = message.card or {}
        self.put(
            session,
            channel=message.channel,
            address=address,
            kind=str(card.get("kind", "")),
            text=message.text,
            data=card,
            request_key=f"{message.conversation_id}:{message.seq}",
            not_before=self._not_before(session, message),
            options=[dict(option) for option in options],
            conversation_id=message.conversation_id,
            seq=message.seq,
            reply_to=message.reply_to,
        )

    def _not_before(self, session: Session, message: Message) -> datetime | None:
        """An answer is left for the channel's own call as long as that call waits for it."""
        seconds = self._in_call.get(message.channel)
        if seconds is None or message.reply_to is None:
            return None
        asked = session.get_one(Message, (message.conversation_id, message.reply_to))
        return asked.sent_at + timedelta(seconds=seconds)

    def answers(self, conversation_id: str, reply_to: int) -> list[Parcel]:
        """Takes the answers to one message for the channel's own call. Asked again, the very same come again."""
        mine = (Delivery.conversation_id == conversation_id) & (Delivery.reply_to == reply_to)
        untried = (Delivery.state == ON_ITS_WAY) & (Delivery.attempts == 0)
        with self._db.write() as session:
            session.execute(
                update(Delivery)
                .where(mine, untried)
                .values(state=SENT, passive=True, attempts=1, settled_at=self._clock.now())
            )
            carried = select(Delivery).where(mine, Delivery.passive.is_(True)).order_by(Delivery.seq)
            return [_parcel(delivery) for delivery in session.scalars(carried)]

    def take(self, channels: Sequence[str] | None = None, limit: int = BATCH) -> list[Parcel]:
        """Due parcels, each leased: whoever dies while sending leaves it to be tried again after a minute."""
        now = self._clock.now()
        due = select(Delivery).where(Delivery.state == ON_ITS_WAY, Delivery.next_attempt_at <= now)
        if channels is not None:
            due = due.where(Delivery.channel.in_(channels))
        with self._db.write() as session:
            taken = session.scalars(
                due.where(or_(Delivery.urgent.is_(True), ~_earlier_waits()))
                .order_by(Delivery.urgent.desc(), Delivery.next_attempt_at, Delivery.created_at)
                .limit(limit)
                .with_for_update(skip_locked=True, of=Delivery)
            ).all()
            for delivery in taken:
                delivery.next_attempt_at = now + timedelta(seconds=LEASE_SECONDS)
                delivery.attempts += 1
            return [_parcel(delivery) for delivery in taken]

    def sent(self, parcel: Parcel, provider_id: str | None = None) -> None:
        with self._db.write() as session:
            delivery = session.get_one(Delivery, parcel.id, with_for_update=True)
            delivery.provider_id, delivery.last_error = provider_id, None
            self._settle(delivery, SENT)

    def failed(self, parcel: Parcel, error: LamplighterError) -> None:
        """Tried in vain: again after 1 s, 5 s, 30 s, 2 min, 10 min; then, or where that cannot help, given up."""
        over = error.permanent or parcel.attempts > len(RETRY_SECONDS)
        with self._db.write() as session:
            delivery = session.get_one(Delivery, parcel.id, with_for_update=True)
            delivery.last_error = error.code
            if over:
                self._settle(delivery, GIVEN_UP)
            else:
                delivery.next_attempt_at = self._clock.now() + timedelta(seconds=_pause(parcel, error))

    def report(self, channel: str, provider_id: str, *, arrived: bool, reason: str = "") -> bool:
        """What the channel says later of a text it took. Of two reports the first that says "arrived" stands.

        False where no such text is known (yet): the channel's report may overtake our own record.
        """
        known = select(Delivery).where(Delivery.channel == channel, Delivery.provider_id == provider_id)
        with self._db.write() as session:
            delivery = session.scalar(known.with_for_update())
            if delivery is None:
                return False
            if delivery.state in (SENT, FAILED):
                delivery.last_error = None if arrived else reason
                self._settle(delivery, DELIVERED if arrived else FAILED)
            return True

    def _settle(self, delivery: Delivery, state: str) -> None:
        """A one-time code does not stay in the database once its parcel is settled."""
        delivery.state, delivery.settled_at = state, self._clock.now()
        if delivery.secret:
            delivery.text, delivery.data = "", {}


def _pause(parcel: Parcel, error: LamplighterError) -> float:
    if isinstance(error, NotCarried):
        if error.cure == "refresh" and parcel.attempts == 1:
            return 0
        if error.retry_after is not None:
            return error.retry_after
    return RETRY_SECONDS[parcel.attempts - 1]


def _earlier_waits() -> Any:
    earlier = aliased(Delivery)
    return exists().where(
        earlier.conversation_id == Delivery.conversation_id,
        earlier.channel == Delivery.channel,
        earlier.seq < Delivery.seq,
        earlier.state == ON_ITS_WAY,
    )


def _parcel(delivery: Delivery) -> Parcel:
    return Parcel(
        delivery.id,
        delivery.channel,
        delivery.address,
        delivery.kind,
        delivery.text,
        delivery.attempts,
        delivery.data,
        tuple(delivery.options),
        delivery.conversation_id,
        delivery.urgent,
    )


def deliver(outbox: Outbox, carriers: Mapping[str, Carrier], channels: Sequence[str] | None = None) -> int:
    """Sends what is due; returns how many parcels were tried. No transaction is open while a carrier sends."""
    parcels = outbox.take(channels)
    for parcel in parcels:
        try:
            carrier = carriers.get(parcel.channel)
            if carrier is None:
                raise NotCarried("give_up", "no_carrier")
            provider_id = carrier.send(parcel)
        except LamplighterError as error:
            outbox.failed(parcel, error)
        except Exception as error:
            log.error("carrier_broken", channel=parcel.channel, delivery=parcel.id, error=type(error).__name__)
            outbox.failed(parcel, NotCarried("retry", "carrier_broken"))
        else:
            outbox.sent(parcel, provider_id)
    return len(parcels)
