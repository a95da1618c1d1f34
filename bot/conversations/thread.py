"""The thread of one conversation: writing messages with rising numbers, and reading them back.

Every function here works inside a session the caller opened.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from bot.clock import Clock, NewId
from bot.conversations.outbox import Outbox
from bot.conversations.statements import (
    AFTER,
    ISSUE,
    NEXT_SEQ,
    NEXT_SEQ_WITH_OPTIONS,
    NEXT_SEQ_WITHOUT_OPTIONS,
    PAGE,
    STANDING,
    STORED_AS,
    WRITE,
    Said,
)
from bot.conversations.tables import BOT, CHANGED, CUSTOMER, WAITING
from bot.errors import NotFound
from bot.replies.cards import Card
from bot.replies.render import Renderer
from bot.storage.notify import notify

FIRST_OF_A_TURN = (0, 1)  # 0: the safety words, which come before the dialogue's own answer


class Party(Protocol):
    """A conversation, as far as saying something in it goes."""

    @property
    def id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def address(self) -> str | None: ...


@dataclass(frozen=True)
class View:
    """What a channel shows: messages after a number, and who answers now."""

    messages: list[Said]
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

    def write(self, session: Session, conversation: Party, author: str, text: str, **fields: Any) -> Said:
        """Words as they are. What the customer may choose from stays what it was."""
        seq = self._next_seq(session, conversation.id, NEXT_SEQ)
        return self._store(session, conversation, seq, author, text, **fields)

    def say(
        self,
        session: Session,
        conversation: Party,
        card: Card,
        *,
        author: str = BOT,
        reply_to: int | None = None,
        position: int | None = None,
        client_id: str | None = None,
    ) -> Said:
        """Writes a card as a message of the customer's channel, issues its options and sends it on its way."""
        text = self._renderer.text(card, conversation.channel)  # type: ignore[arg-type]
        data = card.dump()
        data.pop("options")
        seq = self._next_seq(session, conversation.id, _numbering(card, author, position))
        message = self._store(
            session,
            conversation,
            seq,
            author,
            text,
            card=data,
            options=self._issue(session, conversation.id, seq, card),
            reply_to=reply_to,
            position=position,
            client_id=client_id,
        )
        if author != CUSTOMER and conversation.address is not None:
            self._outbox.post(session, message, conversation.address)
        return message

    def _next_seq(self, session: Session, conversation_id: str, numbering: ReturningUpdate[Any]) -> int:
        """Takes the next number. The row stays locked until commit: a higher number is never seen before a lower."""
        seq = session.scalar(numbering, {"conversation": conversation_id})
        if seq is None:
            raise NotFound("会话不存在", code="no_session")
        notify(session, CHANGED, conversation_id)
        return int(seq)

    def _store(self, session: Session, conversation: Party, seq: int, author: str, text: str, **fields: Any) -> Said:
        message = Said(conversation.id, seq, author, conversation.channel, text, self._clock.now(), **fields)
        session.execute(WRITE, message._asdict())
        return message

    def _issue(self, session: Session, conversation_id: str, seq: int, card: Card) -> list[dict[str, str]]:
        issued: list[dict[str, Any]] = [
            {
                "id": self._new_id(),
                "conversation_id": conversation_id,
                "seq": seq,
                "number": number,
                "title": option.title,
                "intent": option.intent,
                "entities": option.entities,
            }
            for number, option in enumerate(card.options, 1)
        ]
        if issued:
            session.execute(ISSUE, issued)
        return [{"id": option["id"], "title": option["title"]} for option in issued]


def _numbering(card: Card, author: str, position: int | None) -> ReturningUpdate[Any]:
    """The number, and with it what may be chosen from here on: see `Conversation.options_seq`."""
    if card.options:
        return NEXT_SEQ_WITH_OPTIONS
    return NEXT_SEQ_WITHOUT_OPTIONS if author == BOT and position in FIRST_OF_A_TURN else NEXT_SEQ


def stored_as(session: Session, conversation_id: str, client_id: str | None) -> int | None:
    """The message a delivery of this name has stored already, whoever wrote it."""
    if client_id is None:
        return None
    return session.scalar(STORED_AS, {"conversation": conversation_id, "client_id": client_id})


def read_thread(session: Session, conversation_id: str, after: int) -> View:
    """The messages after this number, and whether the newest of the customer waits for answer or handover."""
    mine = {"conversation": conversation_id}
    standing = session.execute(STANDING, mine).first()
    if standing is None:
        raise NotFound("会话不存在", code="no_session")
    rows = [Said._make(row) for row in session.execute(AFTER, mine | {"after": after})]
    busy = standing.state == WAITING and not standing.hazard_told
    return View(rows[:PAGE], standing.owner, busy, busy and bool(standing.delayed_told), len(rows) > PAGE)
