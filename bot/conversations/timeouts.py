"""What time alone does to conversations: a lost agent, a long wait, a customer who has gone.

Each step is a compare-and-set of its own, so any number of gateways may sweep at the same time.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.handling import Handling
from bot.conversations.states import AGENT, QUEUED
from bot.conversations.tables import SYSTEM, Conversation, Message
from bot.conversations.thread import Thread
from bot.conversations.waits import TO_BE_CALLED
from bot.errors import Conflict
from bot.replies.cards.handoff import ConversationClosed, StillWaiting
from bot.storage.engine import Database
from bot.supplier import OnDuty, always

FIRST_WORD = timedelta(minutes=5)  # then after 10, 20, 40, 80 minutes in which somebody was at the desk
WORDS = 5
UNTOLD = ("danger", TO_BE_CALLED)  # nobody in danger is told of a place in a queue, nor who does not wait for one


class Timeouts:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        thread: Thread,
        handling: Handling,
        idle_minutes: float,
        duty: OnDuty = always,
    ) -> None:
        self._db = db
        self._clock = clock
        self._thread = thread
        self._handling = handling
        self._idle = timedelta(minutes=idle_minutes)
        self._duty = duty

    def sweep(self, present: Collection[str]) -> list[str]:
        """Does what is due; the conversations that changed. `present` are the agents whose page is open."""
        return [*self._lost(present), *self._waiting(), *self._idle_ones()]

    def _lost(self, present: Collection[str]) -> list[str]:
        held = select(Conversation.id, Conversation.agent_id).where(Conversation.owner == AGENT)
        with self._db.read() as session:
            lost = [(row[0], str(row[1])) for row in session.execute(held) if row[1] not in present]
        return [conversation for conversation, agent in lost if self._handling.put_back(conversation, agent)]

    def _waiting(self) -> list[str]:
        """While people are there: the place, ever more rarely. While nobody is: once, from when on they are back."""
        waiting = select(Conversation).where(Conversation.owner == QUEUED, Conversation.queue_reason.not_in(UNTOLD))
        now, duty = self._clock.now(), self._duty()
        back_at = duty.back_at(now)
        with self._db.read() as session:
            queue = [c for c in session.scalars(waiting) if c.queued_at is not None]
        if back_at is not None:
            return [c.id for c in queue if c.told_back_at != back_at and self._say_away(c, back_at)]
        due = [
            c
            for c in queue
            if c.queue_told < WORDS and duty.attended(c.queued_at or now, now) >= FIRST_WORD * 2**c.queue_told
        ]
        return [c.id for c in due if self._say_place(c)]

    def _say_place(self, waiting: Conversation) -> bool:
        told = Conversation.queue_told == waiting.queue_told
        return self._say_wait(waiting.id, told, None, queue_told=waiting.queue_told + 1)

    def _say_away(self, waiting: Conversation, back_at: datetime) -> bool:
        told = Conversation.told_back_at.is_not_distinct_from(waiting.told_back_at)
        return self._say_wait(waiting.id, told, back_at, told_back_at=back_at)

    def _say_wait(self, conversation_id: str, told: ColumnElement[bool], back_at: datetime | None, **now: Any) -> bool:
        """By the one caller who notes it first."""
        with self._db.write() as session:
            first = session.execute(
                update(Conversation)
                .where(Conversation.id == conversation_id, Conversation.owner == QUEUED, told)
                .values(**now)
            )
            if not first.rowcount:  # type: ignore[attr-defined]
                return False
            place = ownership.place_of(session, conversation_id)
            conversation = session.get_one(Conversation, conversation_id)
            self._thread.say(session, conversation, StillWaiting(place=place, back_at=back_at), author=SYSTEM)
            return True

    def _idle_ones(self) -> list[str]:
        """Held conversations whose last word is the agent's and was said long ago."""
        since = self._clock.now() - self._idle
        old = (
            select(Conversation.id)
            .join(Message, (Message.conversation_id == Conversation.id) & (Message.seq == Conversation.last_seq))
            .where(Conversation.owner == AGENT, Message.author == AGENT, Message.sent_at <= since)
        )
        with self._db.read() as session:
            found = list(session.scalars(old))
        return [conversation_id for conversation_id in found if self._close_idle(conversation_id)]

    def _close_idle(self, conversation_id: str) -> bool:
        with self._db.write() as session:
            conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
            if conversation.owner != AGENT or not self._still_idle(session, conversation):
                return False
            try:
                ownership.close(session, conversation_id, conversation.agent_id)
            except Conflict:
                return False
            self._thread.say(session, conversation, ConversationClosed(idle=True), author=SYSTEM)
            return True

    def _still_idle(self, session: Session, conversation: Conversation) -> bool:
        last = session.get_one(Message, (conversation.id, conversation.last_seq))
        unseen = ownership.newest_of_customer(session, conversation.id) > conversation.agent_seen_seq
        return last.author == AGENT and last.sent_at <= self._clock.now() - self._idle and not unseen
