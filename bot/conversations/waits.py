"""How long people waited for a person of late, and so how long whoever asks now may expect to.

The pace is the time one place in the queue took: the median over the newest claims, counted while somebody was at the
desk. With fewer claims than `ENOUGH` nothing is expected: no figure is better than a guess. Those in danger are taken
before everybody and say nothing of the others. Every function works inside a session the caller opened.
"""

from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations.tables import Conversation, QueueWait
from bot.supplier import Duty

RECENT = timedelta(hours=2)
NEWEST = 20
ENOUGH = 5
DANGER = "danger"


def note_claim(session: Session, conversation_id: str, now: datetime, duty: Duty) -> None:
    """Keeps how long this one waited; taken out of the queue a second time, it has been counted already."""
    conversation = session.get_one(Conversation, conversation_id, populate_existing=True)
    queued_at, place = conversation.queued_at, conversation.queue_place
    if queued_at is None or place is None or conversation.queue_reason == DANGER:
        return
    if session.get(QueueWait, (conversation_id, queued_at)) is None:
        seconds = int(duty.attended(queued_at, now).total_seconds())
        session.add(
            QueueWait(
                conversation_id=conversation_id, queued_at=queued_at, claimed_at=now, place=place, seconds=seconds
            )
        )


def expected_minutes(session: Session, now: datetime, place: int) -> int | None:
    """For whoever is at this place, in whole minutes, at least one; None where too little is known."""
    newest = (
        select(QueueWait.seconds, QueueWait.place)
        .where(QueueWait.claimed_at > now - RECENT)
        .order_by(QueueWait.claimed_at.desc())
        .limit(NEWEST)
    )
    paces = [seconds / waited_at for seconds, waited_at in session.execute(newest)]
    if place < 1 or len(paces) < ENOUGH:
        return None
    return max(1, ceil(median(paces) * place / 60))
