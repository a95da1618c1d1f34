"""The thread of one conversation: writing messages with rising numbers, and reading them back.

Every function here works inside a session the caller opened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations.outbox import Outbox
from bot.conversations.tables import BOT, CHANGED, CUSTOMER, WAITING, Conversation, IssuedOption, Message, Turn
from bot.errors import NotFound
from bot.replies.cards import Card
from bot.replies.render import Renderer
from bot.storage.notify import notify

PAGE = 100
FIRST_OF_A_TURN = (0, 1)  # 0: the safety words, which come before the dialogue's own answer


CONVERSATIONS = Conversation.metadata.tables[Conversation.__tablename__]
NEXT_SEQ = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("conversation"))
    .values(last_seq=CONVERSATIONS.c.last_seq + 1)
    .returning(CONVERSATIONS.c.last_seq)
)


@dataclass(frozen=True)
class View:
    """What a channel shows: messages after a number, and who answers now."""

    messages: list[Message]
    state: str
    busy: bool
    delayed: bool
    more: bool


class Thread:
    """Writes into threads: numbers, options and texts come from one place, and so does what leaves by a channel."""

    def __init__(self, clock: Clock, new_id: NewId, renderer: Renderer, outbox: Outbox) -> None:
        self._clock = clock
        self._new_id = new_id
        self._renderer = renderer
        self._outbox = outbox

    def next_seq(self, session: Session, conversation_id: str) -> int:
        """Takes the next number. The row stays locked until commit: a higher number is never seen before a lower."""
        seq = session.scalar(NEXT_SEQ, {"conversation": conversation_id})
        if seq is None:
            raise NotFound("会话不存在", code="no_session")
        notify(session, CHANGED, conversation_id)
        return int(seq)

    def write(self, session: Session, conversation: Conversation, author: str, text: str, **fields: Any) -> Message:
        message = Message(
            conversation_id=conversation.id,
            seq=self.next_seq(session, conversation.id),
            channel=conversation.channel,
            author=author,
            text=text,
            sent_at=self._clock.now(),
            **fields,
        )
        session.add(message)
        session.flush()
        return message

    def say(
        self,
        session: Session,
        conversation: Conversation,
        card: Card,
        *,
        author: str = BOT,
        reply_to: int | None = None,
        position: int | None = None,
        client_id: str | None = None,
    ) -> Message:
        """Writes a card as a message of the customer's channel, issues its options and sends it on its way."""
        text = self._renderer.text(card, conversation.channel)  # type: ignore[arg-type]
        data = card.dump()
        data.pop("options")
        message = self.write(
            session,
            conversation,
            author,
            text,
            card=data,
            reply_to=reply_to,
            position=position,
            client_id=client_id,
            options=[],
        )
        message.options = self._issue(session, message, card)
        if message.options:
            conversation.options_seq = message.seq
        elif author == BOT and position in FIRST_OF_A_TURN:
            conversation.options_seq = None
        if author != CUSTOMER and conversation.address is not None:
            self._outbox.post(session, message, conversation.address, message.options)
        return message

    def _issue(self, session: Session, message: Message, card: Card) -> list[dict[str, str]]:
        issued = [
            IssuedOption(
                id=self._new_id(),
                conversation_id=message.conversation_id,
                seq=message.seq,
                number=number,
                title=option.title,
                intent=option.intent,
                entities=option.entities,
            )
            for number, option in enumerate(card.options, 1)
        ]
        session.add_all(issued)
        return [{"id": option.id, "title": option.title} for option in issued]


def stored_as(session: Session, conversation_id: str, client_id: str | None) -> int | None:
    """The message a delivery of this name has stored already, whoever wrote it."""
    if client_id is None:
        return None
    return session.scalar(
        select(Message.seq).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    )


def read_thread(session: Session, conversation_id: str, after: int, now: datetime | None = None) -> View:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("会话不存在", code="no_session")
    rows = list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.seq > after)
            .order_by(Message.seq)
            .limit(PAGE + 1)
        )
    )
    busy, delayed = _owed(session, conversation_id)
    return View(rows[:PAGE], conversation.owner, busy, delayed, len(rows) > PAGE)


def _owed(session: Session, conversation_id: str) -> tuple[bool, bool]:
    """Whether the newest customer message waits for answer or handover, and whether the customer was told so."""
    newest = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, Message.author == CUSTOMER)
    turn = session.scalar(
        select(Turn).where(Turn.conversation_id == conversation_id, Turn.seq == newest.scalar_subquery())
    )
    owed = turn is not None and turn.state == WAITING and not turn.hazard_told
    return owed, bool(owed and turn and turn.delayed_told)
