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
PENDING, SENT, DELIVERED, GIVEN_UP = "pending", "sent", "delivered", "given_up"


class Conversation(Base):
    """One customer's thread on one channel. `owner` says who answers: bot, queued (still the bot), agent, closed.

    `options_seq` is the message whose options may be chosen: the last one with options, until the next message of the
    customer is answered without any ("where are you?").

    `skill` names who should take it where not everybody should (key_accounts, special_care …).

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
    queue_told: Mapped[int] = mapped_column(default=0)
    told_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agent_seen_seq: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    text: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    chosen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    client_id: Mapped[str | None]
    reply_to: Mapped[int | None]
    position: Mapped[int | None]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attachment(Base):
    """The picture of one customer message, as it was drawn anew: always a JPEG."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
        Index("ix_attachments_message", "conversation_id", "seq"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    seq: Mapped[int]
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


class Delivery(Base):
    """One text on its way to an address outside (SMS, WeChat), retried until delivered or given up on record."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "state", "next_attempt_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    address: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    secret: Mapped[bool] = mapped_column(default=False)
    conversation_id: Mapped[str | None]
    seq: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionStart(Base):
    """When an address (kept as a keyed hash) started a web session: the limit on new sessions counts these."""

    __tablename__ = "session_starts"
    __table_args__ = (Index("ix_session_starts_recent", "address_hash", "started_at"),)

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    address_hash: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
