"""Who owns a conversation. Each step of `states.py` is a compare-and-set on the owner before it, so one caller wins.

Every function here works inside a session the caller opened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations.states import AGENT, QUEUED, STEPS, Step
from bot.conversations.tables import CHANGED, CUSTOMER, Conversation, Message
from bot.conversations.waits import expected_minutes
from bot.errors import Conflict, NotFound
from bot.storage.notify import notify
from bot.supplier import ALWAYS, Duty

URGENCY = {"danger": 3, "complaint": 2, "bot_unavailable": 1}


@dataclass(frozen=True)
class Place:
    """A place in the queue, counted from 1; `again` when the conversation was waiting already.

    `back_at`: nobody is at the desk, people answer from then on. `minutes`: what to expect, where that is known.
    """

    number: int
    again: bool
    back_at: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Caller:
    """What the service matrix says of who asks: who should take it, and how urgent they are whatever they ask."""

    skill: str | None = None
    important: bool = False


IMPORTANT = 1
ANYBODY = Caller()


def request_human(
    session: Session,
    clock: Clock,
    conversation_id: str,
    reason: str,
    caller: Caller = ANYBODY,
    duty: Duty = ALWAYS,
) -> Place:
    """Asking again keeps the place; an agent who already holds the conversation keeps it (place 0).

    The caller of this function tells the customer the place, and when people are back.
    """
    back_at = duty.back_at(clock.now())
    urgency = max(URGENCY.get(reason, 0), IMPORTANT if caller.important else 0)
    queue: dict[str, Any] = {
        "queue_reason": reason,
        "queued_at": clock.now(),
        "urgency": urgency,
        "queue_told": 0,
        "skill": caller.skill,
        "told_back_at": back_at,
    }
    if _move(session, "request_human", conversation_id, **queue):
        number = _get(session, conversation_id).queue_place = place_of(session, conversation_id)
        minutes = expected_minutes(session, clock.now(), number) if back_at is None else None
        return Place(number, again=False, back_at=back_at, minutes=minutes)
    conversation = _get(session, conversation_id)
    if conversation.owner == QUEUED:
        _raise_urgency(session, conversation, reason, urgency, caller)
        conversation.told_back_at = back_at
        return Place(place_of(session, conversation_id), again=True, back_at=back_at)
    return Place(0, again=True)


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
    """Of several claims exactly one wins. Reason, urgency and time of the queue stay, should the agent be lost."""
    if not _move(session, "claim", conversation_id, agent_id=agent_id):
        raise Conflict("这个会话已被别人接走", code="already_claimed")


def give_back(session: Session, conversation_id: str, agent_id: str) -> None:
    """To the bot, by the agent who holds it."""
    if not _move(session, "give_back", conversation_id, agent_id, agent_id=None, **NOT_QUEUED):
        raise Conflict(NOT_YOURS, code="not_yours")


def pass_on(session: Session, conversation_id: str, agent_id: str, to_agent: str) -> None:
    """From the agent who holds it to another, who holds it from the same moment on."""
    if not _move(session, "pass_on", conversation_id, agent_id, agent_id=to_agent):
        raise Conflict(NOT_YOURS, code="not_yours")


def requeue(session: Session, conversation_id: str, agent_id: str, back_at: datetime | None) -> Place:
    """From the agent who holds it into the queue, at the place it had."""
    if not _move(session, "requeue", conversation_id, agent_id, agent_id=None, told_back_at=back_at):
        raise Conflict(NOT_YOURS, code="not_yours")
    return Place(place_of(session, conversation_id), again=True, back_at=back_at)


def lose_agent(session: Session, conversation_id: str, agent_id: str, back_at: datetime | None) -> Place | None:
    """Back into the queue, at the place it had; None if this agent does not hold it (any more)."""
    if not _move(session, "agent_lost", conversation_id, agent_id, agent_id=None, told_back_at=back_at):
        return None
    return Place(place_of(session, conversation_id), again=True, back_at=back_at)


def close(session: Session, conversation_id: str, agent_id: str | None = None) -> None:
    """By the agent who holds it, or, without one, whoever answers now. A conversation that waits is never closed."""
    if not _move(session, "close", conversation_id, agent_id, agent_id=None, **NOT_QUEUED):
        raise Conflict(NOT_YOURS, code="not_yours")


def reopen(session: Session, conversation_id: str) -> bool:
    """When the customer writes again."""
    return _move(session, "reopen", conversation_id)


def hold(session: Session, conversation_id: str, agent_id: str) -> Conversation:
    """The conversation, locked, if this agent holds it."""
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise NotFound("会话不存在", code="no_session")
    if conversation.owner != AGENT or conversation.agent_id != agent_id:
        raise Conflict(NOT_YOURS, code="not_yours")
    return conversation


def mark_seen(conversation: Conversation, seq: int) -> None:
    """What the agent has had before their eyes; never more than there is, never less than before."""
    conversation.agent_seen_seq = max(conversation.agent_seen_seq, min(seq, conversation.last_seq))


def newest_of_customer(session: Session, conversation_id: str) -> int:
    query = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, Message.author == CUSTOMER)
    return session.scalar(query) or 0


def _raise_urgency(session: Session, conversation: Conversation, reason: str, urgency: int, caller: Caller) -> None:
    """A more urgent reason moves a waiting conversation forward, and so does proving who asks; less changes nothing."""
    changed: dict[str, Any] = {}
    if urgency > conversation.urgency:
        changed["urgency"] = urgency
    if URGENCY.get(reason, 0) > conversation.urgency:
        changed["queue_reason"] = reason
    if caller.skill and caller.skill != conversation.skill:
        changed["skill"] = caller.skill
    if changed:
        session.execute(
            update(Conversation)
            .where(Conversation.id == conversation.id, Conversation.owner == QUEUED)
            .values(version=Conversation.version + 1, **changed),
            execution_options={"synchronize_session": "fetch"},
        )


NOT_YOURS = "您没有在处理这个会话"
NOT_QUEUED: dict[str, Any] = {
    "queue_reason": None,
    "queued_at": None,
    "urgency": 0,
    "queue_place": None,
    "queue_told": 0,
    "skill": None,
    "told_back_at": None,
}


def _move(session: Session, step: Step, conversation_id: str, held_by: str | None = None, **values: object) -> bool:
    before, to = STEPS[step]
    statement = update(Conversation).where(Conversation.id == conversation_id, Conversation.owner.in_(before))
    if held_by is not None:
        statement = statement.where(Conversation.agent_id == held_by)
    changed = session.execute(
        statement.values(version=Conversation.version + 1, owner=to, **values),
        execution_options={"synchronize_session": "fetch"},
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return False
    notify(session, CHANGED, conversation_id)
    return True


def _get(session: Session, conversation_id: str) -> Conversation:
    conversation = session.get(Conversation, conversation_id, populate_existing=True)
    if conversation is None:
        raise NotFound("会话不存在", code="no_session")
    return conversation
