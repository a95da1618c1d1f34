"""What is to be delivered outside: stored first, tried under a lease, retried until delivered or given up on record.

What is said in a conversation goes out in the order it was said; the safety words do not wait for anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations.carriers import Carrier, NotCarried, Parcel
from bot.conversations.parcels import BETWEEN, carried_by, earlier_waits, parcel_of, rows_of
from bot.conversations.statements import Said
from bot.conversations.tables import DELIVERED, FAILED, GIVEN_UP, ON_ITS_WAY, SENT, Conversation, Delivery, Message
from bot.errors import LamplighterError
from bot.storage.engine import Database

log = structlog.get_logger()
RETRY_SECONDS = (1, 5, 30, 120, 600)
LEASE_SECONDS = 60
LONGEST_WAIT = timedelta(days=2)
BATCH = 5  # a slow channel must be through with its batch before the lease ends
URGENT = ("hazard", "hazard_place", "alarm")


@dataclass(frozen=True)
class Way:
    """What is special about a channel's way out.

    `call_seconds`: so long the channel's own call waits for an answer that it can carry (0: it cannot). `merge_bytes`:
    texts said one after another go out as one, as long as they fit into so many bytes (0: each by itself).
    """

    call_seconds: float = 0
    merge_bytes: int = 0


class Outbox:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, ways: Mapping[str, Way] | None = None) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._ways = ways or {}

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
        text: str,
        request_key: str,
        kind: str = "notice",
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

    def post(self, session: Session, message: Said, address: str) -> None:
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
            options=message.options,
            conversation_id=message.conversation_id,
            seq=message.seq,
            reply_to=message.reply_to,
        )

    def _not_before(self, session: Session, message: Said) -> datetime | None:
        """An answer is left for the channel's own call as long as that call waits for it."""
        seconds = self._way(message.channel).call_seconds
        if not seconds or message.reply_to is None:
            return None
        asked = session.get_one(Message, (message.conversation_id, message.reply_to))
        return asked.sent_at + timedelta(seconds=seconds)

    def answers(self, channel: str, conversation_id: str, seq: int) -> Parcel | None:
        """What the channel's call for one customer message carries away; the call repeated gets the very same."""
        mine = (Delivery.conversation_id == conversation_id) & (Delivery.channel == channel)
        untried = (Delivery.state == ON_ITS_WAY) & (Delivery.attempts == 0)
        waiting = select(Delivery).where(mine, untried).order_by(Delivery.seq).with_for_update(skip_locked=True)
        with self._db.write() as session:
            session.get_one(Conversation, conversation_id, with_for_update=True)  # one call at a time
            before = carried_by(session, conversation_id, seq)
            if before:
                return parcel_of(before)
            fitting = self._fitting(list(session.scalars(waiting)))
            for delivery in fitting:
                delivery.carried_for, delivery.attempts = seq, 1
                self._settle(delivery, SENT)
            return parcel_of(fitting) if fitting else None

    def carried(self, conversation_id: str, seq: int) -> Parcel | None:
        """What the call for this message has carried away already, if it has."""
        with self._db.read() as session:
            before = carried_by(session, conversation_id, seq)
            return parcel_of(before) if before else None

    def _fitting(self, deliveries: list[Delivery]) -> list[Delivery]:
        """The first of them that fit into one text of their channel."""
        size, fitting = 0, []
        for delivery in deliveries:
            size += len((BETWEEN + delivery.text).encode())
            if size > self._way(delivery.channel).merge_bytes:
                break
            fitting.append(delivery)
        return fitting

    def take(self, channels: Sequence[str] | None = None, limit: int = BATCH) -> list[Parcel]:
        """Due parcels, each leased: whoever dies while sending leaves it to be tried again after a minute."""
        now = self._clock.now()
        due = select(Delivery).where(Delivery.state == ON_ITS_WAY, Delivery.next_attempt_at <= now)
        if channels is not None:
            due = due.where(Delivery.channel.in_(channels))
        with self._db.write() as session:
            first = session.scalars(
                due.where(or_(Delivery.urgent.is_(True), ~earlier_waits()))
                .order_by(Delivery.urgent.desc(), Delivery.next_attempt_at, Delivery.created_at)
                .limit(limit)
                .with_for_update(skip_locked=True, of=Delivery)
            ).all()
            groups = [self._with_following(session, due, delivery) for delivery in first]
            for delivery in (each for group in groups for each in group):
                delivery.next_attempt_at = now + timedelta(seconds=LEASE_SECONDS)
                delivery.attempts += 1
            return [parcel_of(group) for group in groups]

    def _with_following(self, session: Session, due: Select[Any], first: Delivery) -> list[Delivery]:
        """What is due after it in the same conversation and fits with it into one text."""
        if first.urgent or first.conversation_id is None or not self._way(first.channel).merge_bytes:
            return [first]
        following = due.where(
            Delivery.conversation_id == first.conversation_id,
            Delivery.channel == first.channel,
            Delivery.seq > first.seq,
            Delivery.urgent.is_(False),
        )
        found = session.scalars(following.order_by(Delivery.seq).with_for_update(of=Delivery)).all()
        return self._fitting([first, *found]) or [first]

    def _way(self, channel: str) -> Way:
        return self._ways.get(channel, Way())

    def overdue(self, by: timedelta) -> int:
        """How many have been due for so long that nobody can be delivering."""
        due = select(func.count()).select_from(Delivery).where(Delivery.state == ON_ITS_WAY, ~earlier_waits())
        with self._db.read() as session:
            return session.scalar(due.where(Delivery.next_attempt_at <= self._clock.now() - by)) or 0

    def wake(self, session: Session, channel: str, address: str) -> None:
        """The customer has written: what waited for that is due now."""
        session.execute(
            update(Delivery)
            .where(Delivery.channel == channel, Delivery.address == address)
            .where(Delivery.state == ON_ITS_WAY, Delivery.attempts == 0, Delivery.last_error.is_not(None))
            .values(next_attempt_at=self._clock.now()),
            execution_options={"synchronize_session": False},
        )

    def sent(self, parcel: Parcel, provider_id: str | None = None) -> None:
        with self._db.write() as session:
            for delivery in rows_of(session, parcel):
                delivery.provider_id, delivery.last_error = provider_id, None
                self._settle(delivery, SENT)

    def failed(self, parcel: Parcel, error: LamplighterError) -> None:
        """Tried in vain: again after 1 s, 5 s, 30 s, 2 min, 10 min; then, or where that cannot help, given up."""
        waits = isinstance(error, NotCarried) and error.cure == "wait"
        over = error.permanent or (parcel.attempts > len(RETRY_SECONDS) and not waits)
        now = self._clock.now()
        with self._db.write() as session:
            for delivery in rows_of(session, parcel):
                delivery.last_error = error.code
                if over or (waits and delivery.created_at <= now - LONGEST_WAIT):
                    self._settle(delivery, GIVEN_UP)
                elif waits:
                    delivery.attempts, delivery.next_attempt_at = 0, now + LONGEST_WAIT
                else:
                    delivery.next_attempt_at = now + timedelta(seconds=_pause(parcel, error))

    def report(self, channel: str, provider_id: str, *, arrived: bool, reason: str = "") -> bool:
        """What the channel says later of a text it took. Of two reports the first that says "arrived" stands.

        False where no such text is known (yet): the channel's report may overtake our own record.
        """
        known = select(Delivery).where(Delivery.channel == channel, Delivery.provider_id == provider_id)
        with self._db.write() as session:
            found = session.scalars(known.with_for_update()).all()
            for delivery in found:
                if delivery.state in (SENT, FAILED):
                    delivery.last_error = None if arrived else reason
                    self._settle(delivery, DELIVERED if arrived else FAILED)
            return bool(found)

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
