"""Who owns a conversation: bot, queued, agent or closed. Each change is a compare-and-set on the owner before it.

bot ──request_human──▶ queued ──claim──▶ agent ──give_back──▶ bot
bot | queued | agent ──close──▶ closed ──(customer writes)──▶ bot
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations.tables import AGENT, BOT, CLOSED, QUEUED, Conversation
from bot.errors import Conflict, NotFound

URGENCY = {"danger": 3, "complaint": 2, "bot_unavailable": 1}


@dataclass(frozen=True)
class Place:
    """A place in the queue, counted from 1; `again` when the conversation was waiting already."""

    number: int
    again: bool


def request_human(session: Session, clock: Clock, conversation_id: str, reason: str) -> Place:
    """bot → queued. Asking again keeps the place; an agent who already holds the conversation keeps it (place 0)."""
    moved = _move(
        session,
        conversation_id,
        (BOT,),
        owner=QUEUED,
        queue_reason=reason,
        queued_at=clock.now(),
        urgency=URGENCY.get(reason, 0),
    )
    if moved:
        return Place(place_of(session, conversation_id), again=False)
    conversation = _get(session, conversation_id)
    if conversation.owner == QUEUED:
        _raise_urgency(session, conversation, reason)
        return Place(place_of(session, conversation_id), again=True)
    if conversation.owner == AGENT:
        return Place(0, again=True)
    raise Conflict("会话已结束", code="closed")


def place_of(session: Session, conversation_id: str) -> int:
    """1 + how many waiting conversations come first: the more urgent, then the earlier."""
    mine = _get(session, conversation_id)
    earlier = (Conversation.urgency == mine.urgency) & or_(
        Conversation.queued_at < mine.queued_at,
        (Conversation.queued_at == mine.queued_at) & (Conversation.id < mine.id),
    )
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.owner == QUEUED, or_(Conversation.urgency > mine.urgency, earlier))
    )
    return 1 + (ahead or 0)


def claim(session: Session, conversation_id: str, agent_id: str) -> None:
    """queued → agent; of several claims exactly one wins."""
    if not _move(session, conversation_id, (QUEUED,), owner=AGENT, agent_id=agent_id):
        raise Conflict("这个会话已被别人接走", code="already_claimed")


def give_back(session: Session, conversation_id: str, agent_id: str) -> None:
    """agent → bot, by the agent who holds it."""
    changed = _move(session, conversation_id, (AGENT,), agent_id, owner=BOT, agent_id=None, **NOT_QUEUED)
    if not changed:
        raise Conflict("您没有在处理这个会话", code="not_yours")


def close(session: Session, conversation_id: str) -> None:
    _move(session, conversation_id, (BOT, QUEUED, AGENT), owner=CLOSED, agent_id=None, **NOT_QUEUED)


def reopen(session: Session, conversation_id: str) -> bool:
    """closed → bot, when the customer writes again."""
    return _move(session, conversation_id, (CLOSED,), owner=BOT)


def _raise_urgency(session: Session, conversation: Conversation, reason: str) -> None:
    """A second, more urgent reason moves a waiting conversation forward; a lesser one changes nothing."""
    if URGENCY.get(reason, 0) > conversation.urgency:
        _move(session, conversation.id, (QUEUED,), queue_reason=reason, urgency=URGENCY[reason])


NOT_QUEUED: dict[str, Any] = {"queue_reason": None, "queued_at": None, "urgency": 0}


def _move(
    session: Session, conversation_id: str, before: tuple[str, ...], held_by: str | None = None, **values: object
) -> bool:
    statement = update(Conversation).where(Conversation.id == conversation_id, Conversation.owner.in_(before))
    if held_by is not None:
        statement = statement.where(Conversation.agent_id == held_by)
    changed = session.execute(
        statement.values(version=Conversation.version + 1, **values), execution_options={"synchronize_session": "fetch"}
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _get(session: Session, conversation_id: str) -> Conversation:
    conversation = session.get(Conversation, conversation_id, populate_existing=True)
    if conversation is None:
        raise NotFound("会话不存在", code="no_session")
    return conversation
