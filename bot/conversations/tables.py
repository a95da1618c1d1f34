"""Conversations, their messages, the turns asked of the dialogue, options issued, and what is to be delivered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversations.states import AGENT, BOT, CLOSED, QUEUED
from bot.storage.base import Base, UtcDateTime

__all__ = ["AGENT", "BOT", "CLOSED", "QUEUED"]
CUSTOMER, SYSTEM = "customer", "system"
WAITING, ANSWERED, HANDED_OVER = "waiting", "answered", "handed_over"
CHANGED = "conversation_changed"  # the topic on which processes tell one another of a conversation's id
ON_ITS_WAY, SENT, DELIVERED, FAILED, GIVEN_UP = "queued", "sent", "delivered", "failed", "given_up"
WEB = "web"


class Conversation(Base):
    """One customer's thread. `owner` says who answers: bot, queued (still the bot), agent, closed.

    `channel` and `address` are those the customer used last: there the answers go. On the web there is no address.

    `options_seq` is the message whose options may be chosen: the last one with options, until the next message of the
    customer is answered without any ("where are you?").

    `skill` names who should take it where not everybody should (key_accounts, special_care …).

    `queue_place` is the place it had when it began to wait.

    `agent_seen_seq` is the newest message an agent has had before their eyes, `queue_told` how often the customer was
    told that they still wait, `told_back_at` from when on people answer, as they were told while nobody is at the desk.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_queue", "owner", "urgency", "queued_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str | None]
    owner: Mapped[str] = mapped_column(default=BOT)
    agent_id: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    options_seq: Mapped[int | None]
    queue_reason: Mapped[str | None]
    urgency: Mapped[int] = mapped_column(default=0)
    skill: Mapped[str | None]
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queue_place: Mapped[int | None]
    queue_told: Mapped[int] = mapped_column(default=0)
    told_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agent_seen_seq: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QueueWait(Base):
    """How long one who waited for a person waited, in seconds somebody was at the desk, from what place."""

    __tablename__ = "queue_waits"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    place: Mapped[int]
    seconds: Mapped[int]


class ConversationNote(Base):
    """What an agent wrote for whoever goes on with a conversation. No customer ever sees it."""

    __tablename__ = "conversation_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    from_agent: Mapped[str]
    to_agent: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One message. `seq` is its id within the conversation; it never arrives late below a number already read."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        UniqueConstraint("conversation_id", "reply_to", "position"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str]
    channel: Mapped[str] = mapped_column(default=WEB)
    text: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    chosen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    client_id: Mapped[str | None]
    reply_to: Mapped[int | None]
    position: Mapped[int | None]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """The picture of one customer message, drawn anew (always a JPEG), or the recording of a spoken one."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
        Index("ix_attachments_message", "conversation_id", "seq"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    seq: Mapped[int]
    media_type: Mapped[str] = mapped_column(default="image/jpeg")
    data: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Turn(Base):
    """What is still owed for one customer message: an answer of the bot, or its handing over to a person.

    `hazard_told` is null where there is no danger, else whether the safety words have gone out.
    """

    __tablename__ = "turns"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
        Index("ix_turns_due", "state", "next_attempt_at"),
        Index("ix_turns_hazard", "hazard_told"),
    )

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delayed_told: Mapped[bool] = mapped_column(default=False)
    hazard: Mapped[str | None]
    hazard_told: Mapped[bool | None]


class IssuedOption(Base):
    """An option the server offered to this conversation: what choosing it means stays here."""

    __tablename__ = "issued_options"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    seq: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    intent: Mapped[str]
    entities: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class ChannelAddress(Base):
    """An address on a channel (an openid, a phone) and the one conversation that is held with it."""

    __tablename__ = "channel_addresses"

    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinCode(Base):
    """A code shown in a conversation, by which the customer goes on with it elsewhere. The code itself is not kept."""

    __tablename__ = "join_codes"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    nonce: Mapped[str]
    code_key: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InboundDelivery(Base):
    """What a channel delivered, by the channel's own id: whatever comes twice is taken in once.

    `seq` is null where no message came of it (an event).
    """

    __tablename__ = "inbound_deliveries"

    channel: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One text on its way to an address outside (SMS, WeChat).

    queued ─▶ sent ─▶ delivered        `failed`: handed over, and the channel said later that it did not arrive;
       └─▶ given_up  └─▶ failed        `given_up`: could not be handed over, `last_error` says why.

    `kind` and `data` are the card's kind and fields, or those of a notice. `carried_for`: the customer message in
    whose call (the channel's own request) it went out. `provider_id` is the channel's name for it in its reports.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "state", "next_attempt_at"),
        Index("ix_deliveries_message", "conversation_id", "seq"),
        Index("ix_deliveries_provider", "channel", "provider_id"),
        Index("ix_deliveries_address", "channel", "address", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    address: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    secret: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    conversation_id: Mapped[str | None]
    seq: Mapped[int | None]
    reply_to: Mapped[int | None]
    carried_for: Mapped[int | None]
    provider_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=ON_ITS_WAY)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionStart(Base):
    """When an address (kept as a keyed hash) started a web session: the limit on new sessions counts these."""

    __tablename__ = "session_starts"
    __table_args__ = (Index("ix_session_starts_recent", "address_hash", "started_at"),)

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    address_hash: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
