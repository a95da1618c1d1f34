"""The front door of conversations for channels and actions."""

from datetime import timedelta

import structlog
from sqlalchemy import func, select

from bot.clock import Clock, NewId
from bot.conversations import ownership, waits
from bot.conversations.guard import HazardGuard
from bot.conversations.intake import InboundMessage, Intake, Received
from bot.conversations.ownership import ANYBODY, Caller, Place
from bot.conversations.tables import BOT, QUEUED, Conversation, InboundDelivery, SessionStart
from bot.conversations.thread import Thread, View, read_thread
from bot.errors import NotFound, RateLimited
from bot.replies.cards import Card
from bot.storage.engine import Database
from bot.supplier import OnDuty, always

log = structlog.get_logger()


class Conversations:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        new_id: NewId,
        thread: Thread,
        intake: Intake,
        guard: HazardGuard,
        duty: OnDuty = always,
    ) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._thread = thread
        self._intake = intake
        self._guard = guard
        self._duty = duty

    def start(self, channel: str, greeting: Card, *, address_hash: str, per_minute: int) -> str:
        """A new conversation with one greeting; RateLimited when this address has started too many."""
        with self._db.write() as session:
            now = self._clock.now()
            recent = session.scalar(
                select(func.count())
                .select_from(SessionStart)
                .where(SessionStart.address_hash == address_hash, SessionStart.started_at > now - timedelta(minutes=1))
            )
            if (recent or 0) >= per_minute:
                raise RateLimited("打开的人太多了,请过一分钟再试。有急事请打 95598。", retry_after=60)
            conversation = Conversation(id=self._new_id(), channel=channel, owner=BOT, created_at=now)
            session.add(conversation)
            session.flush()
            session.add(SessionStart(conversation_id=conversation.id, address_hash=address_hash, started_at=now))
            self._thread.say(session, conversation, greeting)
            return conversation.id

    def receive(self, inbound: InboundMessage) -> Received:
        """Stores a message; on danger the safety words are out before this returns.

        A message that is stored is received: should the guard fail now, the worker's next look repeats it.
        """
        received = self._intake.receive(inbound)
        if received.new and received.hazard is not None:
            try:
                self._guard.protect(received.conversation_id, received.seq)
            except Exception as error:
                log.error("hazard_guard_failed", message_id=received.message_id, error=type(error).__name__)
        return received

    def view(self, conversation_id: str, after: int) -> View:
        with self._db.read() as session:
            return read_thread(session, conversation_id, after)

    def waiting(self) -> int:
        """How many wait for a person now."""
        with self._db.read() as session:
            waiting = select(func.count()).select_from(Conversation).where(Conversation.owner == QUEUED)
            return session.scalar(waiting) or 0

    def expected_minutes(self, place: int) -> int | None:
        """How long whoever is at this place waits for a person, going by the newest claims; None where too few are."""
        with self._db.read() as session:
            return waits.expected_minutes(session, self._clock.now(), place)

    def exists(self, conversation_id: str) -> bool:
        with self._db.read() as session:
            return session.get(Conversation, conversation_id) is not None

    def delivered(self, channel: str, delivery_id: str) -> Received | None:
        """What a channel's delivery was stored as, if it came before."""
        with self._db.read() as session:
            before = session.get(InboundDelivery, (channel, delivery_id))
        return None if before is None else Received(before.conversation_id, before.seq or 0, new=False)

    def reached_by(self, conversation_id: str) -> tuple[str, str | None]:
        """The channel the customer wrote on last and their address there; none on the web."""
        found = select(Conversation.channel, Conversation.address).where(Conversation.id == conversation_id)
        with self._db.read() as session:
            row = session.execute(found).first()
        if row is None:
            raise NotFound("会话不存在", code="no_session")
        return row[0], row[1]

    def newest(self, conversation_id: str) -> int:
        with self._db.read() as session:
            newest = session.scalar(select(Conversation.last_seq).where(Conversation.id == conversation_id))
        if newest is None:
            raise NotFound("会话不存在", code="no_session")
        return newest

    def request_human(self, conversation_id: str, *, reason: str, caller: Caller = ANYBODY) -> Place:
        """Puts the conversation into the queue; asking again keeps the place."""
        duty = self._duty()
        with self._db.write() as session:
            return ownership.request_human(session, self._clock, conversation_id, reason, caller, duty)
