"""Addresses on channels outside the web: one conversation for each, and what they delivered, kept so that a delivery
that comes twice is known.

Every function here works inside a session the caller opened.
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations.tables import BOT, ChannelAddress, Conversation, InboundDelivery


class Addresses:
    def __init__(self, clock: Clock, new_id: NewId) -> None:
        self._clock = clock
        self._new_id = new_id

    def conversation_of(self, session: Session, channel: str, address: str) -> str:
        """The one conversation with this address, found or made; of two first messages at once, one makes it."""
        known = _known(session, channel, address)
        if known is not None:
            return known
        try:
            with session.begin_nested():
                return self._make(session, channel, address)
        except IntegrityError:
            made = _known(session, channel, address)
            if made is None:
                raise
            return made

    def _make(self, session: Session, channel: str, address: str) -> str:
        now = self._clock.now()
        conversation = Conversation(id=self._new_id(), channel=channel, address=address, owner=BOT, created_at=now)
        session.add(conversation)
        session.flush()
        session.add(ChannelAddress(channel=channel, address=address, conversation_id=conversation.id, since=now))
        session.flush()
        return conversation.id

    def delivered(self, session: Session, channel: str, delivery_id: str | None) -> InboundDelivery | None:
        """The delivery of this id, if it came before. Ask with the conversation locked."""
        if delivery_id is None:
            return None
        return session.get(InboundDelivery, (channel, delivery_id), populate_existing=True)

    def note(
        self, session: Session, channel: str, delivery_id: str, conversation_id: str, seq: int | None
    ) -> InboundDelivery:
        delivery = InboundDelivery(
            channel=channel,
            delivery_id=delivery_id,
            conversation_id=conversation_id,
            seq=seq,
            received_at=self._clock.now(),
        )
        session.add(delivery)
        session.flush()
        return delivery


def _known(session: Session, channel: str, address: str) -> str | None:
    return session.scalar(
        select(ChannelAddress.conversation_id).where(
            ChannelAddress.channel == channel, ChannelAddress.address == address
        )
    )
