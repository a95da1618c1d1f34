"""What the desk looks at: who waits, who is served and by whom, and whether anything has changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversations.states import AGENT, QUEUED
from bot.conversations.tables import CUSTOMER, Conversation, ConversationNote, Message
from bot.errors import NotFound
from bot.storage.engine import Database

SHOWN = 200
LAST_WORDS = 80


@dataclass(frozen=True)
class Row:
    """One conversation on the board. `words` are the customer's last two messages, or, before any, the newest of all.

    `waits_since`: since when the customer waits for a person's word, if they do.
    """

    id: str
    channel: str
    owner: str
    agent_id: str | None
    reason: str
    urgency: int
    words: str
    unread: int
    waits_since: datetime | None


@dataclass(frozen=True)
class Waiting:
    """The queue in figures."""

    count: int
    danger: int
    longest_since: datetime | None


class Board:
    def __init__(self, db: Database) -> None:
        self._db = db

    def rows(self) -> list[Row]:
        """Those who wait first, by urgency and then time; then those an agent holds."""
        found = (
            select(Conversation)
            .where(Conversation.owner.in_((QUEUED, AGENT)))
            .order_by(Conversation.owner.desc(), Conversation.urgency.desc(), Conversation.queued_at, Conversation.id)
            .limit(SHOWN)
        )
        with self._db.read() as session:
            return [_row(session, conversation) for conversation in session.scalars(found)]

    def conversation(self, conversation_id: str) -> Conversation:
        with self._db.read() as session:
            conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            raise NotFound("会话不存在", code="no_conversation")
        return conversation

    def notes(self, conversation_id: str) -> list[ConversationNote]:
        """What agents wrote for whoever goes on, the newest first."""
        mine = select(ConversationNote).where(ConversationNote.conversation_id == conversation_id)
        with self._db.read() as session:
            return list(session.scalars(mine.order_by(ConversationNote.id.desc())))

    def signature(self) -> tuple[int, ...]:
        """Differs whenever a row of the board would."""
        with self._db.read() as session:
            row = session.execute(
                select(
                    func.count(),
                    func.coalesce(func.sum(Conversation.version), 0),
                    func.coalesce(func.sum(Conversation.last_seq), 0),
                    func.coalesce(func.sum(Conversation.agent_seen_seq), 0),
                ).where(Conversation.owner.in_((QUEUED, AGENT)))
            ).one()
        return tuple(int(value) for value in row)

    def waiting(self) -> Waiting:
        with self._db.read() as session:
            waiting = list(session.scalars(select(Conversation).where(Conversation.owner == QUEUED)))
        since = [c.queued_at for c in waiting if c.queued_at is not None]
        danger = sum(c.queue_reason == "danger" for c in waiting)
        return Waiting(len(waiting), danger, min(since, default=None))


def _row(session: Session, conversation: Conversation) -> Row:
    mine = Message.conversation_id == conversation.id
    by_customer = select(func.count()).select_from(Message).where(mine, Message.author == CUSTOMER)
    unread = session.scalar(by_customer.where(Message.seq > conversation.agent_seen_seq)) or 0
    waits = conversation.queued_at if conversation.owner == QUEUED else _unanswered_since(session, conversation.id)
    return Row(
        conversation.id,
        conversation.channel,
        conversation.owner,
        conversation.agent_id,
        conversation.queue_reason or "",
        conversation.urgency,
        _words(session, conversation)[:LAST_WORDS],
        unread,
        waits,
    )


def _words(session: Session, conversation: Conversation) -> str:
    """The customer's last two messages, the older first: the last one alone is often just the wish for a person."""
    mine = select(Message.text).where(Message.conversation_id == conversation.id)
    said = mine.where(Message.author == CUSTOMER).order_by(Message.seq.desc()).limit(2)
    words = list(session.scalars(said))
    return " · ".join(reversed(words)) or session.scalar(mine.where(Message.seq == conversation.last_seq)) or ""


def _unanswered_since(session: Session, conversation_id: str) -> datetime | None:
    """When the customer wrote the first of the words that no agent has answered yet."""
    mine = Message.conversation_id == conversation_id
    last = select(func.max(Message.seq)).where(mine, Message.author == AGENT)
    return session.scalar(
        select(func.min(Message.sent_at)).where(
            mine, Message.author == CUSTOMER, Message.seq > func.coalesce(last.scalar_subquery(), 0)
        )
    )
