"""The statements every message of every customer passes through, built once and read as plain rows.

Building them anew and mapping the rows was two thirds of what a message cost the gateway. Whatever is asked more rarely
is written where it is needed.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.conversations.tables import CUSTOMER, WAITING, Conversation, IssuedOption, Message, Turn
from bot.storage.base import table_of

PAGE = 100
CONVERSATIONS, MESSAGES, TURNS = table_of(Conversation), table_of(Message), table_of(Turn)
OPTIONS = table_of(IssuedOption)
MINE: BindParameter[str] = bindparam("conversation")
SEQ: BindParameter[int] = bindparam("seq_of")


class Held(NamedTuple):
    """A conversation whose row is locked until commit."""

    id: str
    channel: str
    address: str | None
    owner: str


class Offered(NamedTuple):
    """An option that may be chosen."""

    title: str
    intent: str
    entities: dict[str, str]


class Said(NamedTuple):
    """One message as it stands in the thread; what its fields mean is told in `tables.Message`."""

    conversation_id: str
    seq: int
    author: str
    channel: str
    text: str
    sent_at: datetime
    card: dict[str, Any] | None = None
    options: list[dict[str, str]] = []
    chosen: dict[str, Any] | None = None
    client_id: str | None = None
    reply_to: int | None = None
    position: int | None = None


def _next_seq(**values: Any) -> ReturningUpdate[Any]:
    number = CONVERSATIONS.c.last_seq + 1
    mine = update(CONVERSATIONS).where(CONVERSATIONS.c.id == MINE)
    return mine.values(last_seq=number, **values).returning(CONVERSATIONS.c.last_seq)


NEXT_SEQ = _next_seq()
NEXT_SEQ_WITH_OPTIONS = _next_seq(options_seq=CONVERSATIONS.c.last_seq + 1)
NEXT_SEQ_WITHOUT_OPTIONS = _next_seq(options_seq=None)
WRITE = insert(MESSAGES)
ISSUE = insert(OPTIONS)
STORED_AS = select(MESSAGES.c.seq).where(
    MESSAGES.c.conversation_id == MINE, MESSAGES.c.client_id == bindparam("client_id")
)
AFTER = (
    select(*(MESSAGES.c[name] for name in Said._fields))
    .where(MESSAGES.c.conversation_id == MINE, MESSAGES.c.seq > bindparam("after"))
    .order_by(MESSAGES.c.seq)
    .limit(PAGE + 1)
)
NEWEST_OF_CUSTOMER = (
    select(func.max(MESSAGES.c.seq))
    .where(MESSAGES.c.conversation_id == MINE, MESSAGES.c.author == CUSTOMER)
    .scalar_subquery()
)
STANDING = (
    select(CONVERSATIONS.c.owner, TURNS.c.state, TURNS.c.hazard_told, TURNS.c.delayed_told)
    .outerjoin_from(
        CONVERSATIONS,
        TURNS,
        and_(TURNS.c.conversation_id == CONVERSATIONS.c.id, TURNS.c.seq == NEWEST_OF_CUSTOMER),
    )
    .where(CONVERSATIONS.c.id == MINE)
)

LOCK = select(*(CONVERSATIONS.c[name] for name in Held._fields)).where(CONVERSATIONS.c.id == MINE).with_for_update()
MAY_BE_CHOSEN = (
    select(*(OPTIONS.c[name] for name in Offered._fields))
    .where(OPTIONS.c.conversation_id == MINE, OPTIONS.c.seq == SEQ)
    .order_by(OPTIONS.c.number)
)
RECEIVED_BEFORE = (  # when the message so many before the next one came
    select(TURNS.c.received_at)
    .where(TURNS.c.conversation_id == MINE)
    .order_by(TURNS.c.seq.desc())
    .limit(1)
    .offset(bindparam("before"))
)
OWE = insert(TURNS)
OLDEST_OWED = (
    select(
        CONVERSATIONS.c.channel,
        MESSAGES.c.text,
        MESSAGES.c.chosen,
        *(TURNS.c[name] for name in ("seq", "received_at", "attempts", "hazard_told", "delayed_told")),
        TURNS.c.next_attempt_at.label("due_at"),
    )
    .join_from(
        TURNS, MESSAGES, and_(MESSAGES.c.conversation_id == TURNS.c.conversation_id, MESSAGES.c.seq == TURNS.c.seq)
    )
    .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    .where(TURNS.c.conversation_id == MINE, TURNS.c.state == WAITING)
    .order_by(TURNS.c.seq)
    .limit(1)
)
TAKE_LEASE = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == MINE)
    .where(
        or_(
            CONVERSATIONS.c.lease_until.is_(None),
            CONVERSATIONS.c.lease_until < bindparam("now"),
            CONVERSATIONS.c.lease_owner == bindparam("worker"),
        )
    )
    .values(lease_owner=bindparam("worker"), lease_until=bindparam("until"))
)
RELEASE = update(CONVERSATIONS).where(CONVERSATIONS.c.id == MINE).values(lease_owner=None, lease_until=None)
CLOSE_TURN = (
    update(TURNS)
    .where(TURNS.c.conversation_id == MINE, TURNS.c.seq == SEQ, TURNS.c.state == WAITING)
    .values(state=bindparam("closed_as"))
    .returning(TURNS.c.hazard_told)
)
