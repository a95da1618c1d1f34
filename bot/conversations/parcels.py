"""Parcels made of deliveries, and the queries the outbox asks for them. Every one works in the caller's session."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from bot.conversations.carriers import Parcel
from bot.conversations.tables import ON_ITS_WAY, Delivery

BETWEEN = "\n\n"  # texts that go out as one


def earlier_waits() -> Any:
    earlier = aliased(Delivery)
    return exists().where(
        earlier.conversation_id == Delivery.conversation_id,
        earlier.channel == Delivery.channel,
        earlier.seq < Delivery.seq,
        earlier.state == ON_ITS_WAY,
    )


def carried_by(session: Session, conversation_id: str, seq: int) -> Sequence[Delivery]:
    mine = (Delivery.conversation_id == conversation_id) & (Delivery.carried_for == seq)
    return session.scalars(select(Delivery).where(mine).order_by(Delivery.seq)).all()


def rows_of(session: Session, parcel: Parcel) -> Sequence[Delivery]:
    found = select(Delivery).where(Delivery.id.in_(parcel.parts)).order_by(Delivery.seq)
    return session.scalars(found.with_for_update()).all()


def parcel_of(deliveries: Sequence[Delivery]) -> Parcel:
    """One parcel of one or more texts; its options are those that may still be chosen, the last ones."""
    first, last = deliveries[0], deliveries[-1]
    return Parcel(
        id=first.id,
        channel=first.channel,
        address=first.address,
        kind=first.kind,
        text=BETWEEN.join(delivery.text for delivery in deliveries),
        attempts=max(delivery.attempts for delivery in deliveries),
        data=first.data,
        options=tuple(last.options),
        conversation_id=first.conversation_id,
        urgent=first.urgent,
        parts=tuple(delivery.id for delivery in deliveries),
    )
