"""The turns owed: taking one under a lease, settling it with its replies, putting it off, handing it to a person.

A lease in the database lets one worker at a time answer for a conversation, so its messages are answered in order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.intake import Received
from bot.conversations.statements import CLOSE_TURN, LOCK, OLDEST_OWED, RELEASE, TAKE_LEASE, Held
from bot.conversations.tables import AGENT, ANSWERED, HANDED_OVER, SYSTEM, WAITING, Conversation, Message, Turn
from bot.conversations.thread import Thread
from bot.replies.cards import Card
from bot.replies.cards.handoff import BotUnavailable, Delayed
from bot.storage.engine import Database
from bot.supplier import OnDuty, always

BACKOFF_SECONDS = (1, 2, 5, 10)


@dataclass(frozen=True)
class OwedTurn:
    """One customer message the dialogue is to be asked about."""

    conversation_id: str
    channel: str
    seq: int
    text: str
    chosen: dict[str, Any] | None
    received_at: datetime
    attempts: int
    hazard_told: bool
    delayed_told: bool
    due_at: datetime

    @property
    def message_id(self) -> str:
        """The id that travels to the action: unique over all conversations."""
        return f"{self.conversation_id}:{self.seq}"


class Turns:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        thread: Thread,
        worker: str,
        lease_seconds: float,
        duty: OnDuty = always,
    ) -> None:
        self._db = db
        self._clock = clock
        self._thread = thread
        self._worker = worker
        self._lease = timedelta(seconds=lease_seconds)
        self._duty = duty

    def due(self, limit: int = 100) -> list[str]:
        """Conversations with a turn that may be asked now and that nobody holds."""
        now = self._clock.now()
        with self._db.read() as session:
            return list(
                session.scalars(
                    select(Turn.conversation_id)
                    .join(Conversation, Conversation.id == Turn.conversation_id)
                    .where(Turn.state == WAITING, Turn.next_attempt_at <= now, _unheld(now))
                    .order_by(Turn.next_attempt_at)
                    .limit(limit)
                )
            )

    def take(self, conversation_id: str) -> OwedTurn | None:
        """The oldest owed turn, with the lease; None if there is none, it is not due, or another worker holds it."""
        now = self._clock.now()
        mine = {"conversation": conversation_id, "worker": self._worker, "now": now, "until": now + self._lease}
        with self._db.write() as session:
            if not session.execute(TAKE_LEASE, mine).rowcount:  # type: ignore[attr-defined]
                return None
            owed = self._oldest(session, conversation_id)
            if owed is None or owed.due_at > now:
                _release(session, conversation_id)
                return None
            return owed

    def renew(self) -> None:
        """Holds on to what this worker holds. A killed worker no longer does, and others go on within the lease."""
        now = self._clock.now()
        with self._db.write() as session:
            session.execute(
                update(Conversation)
                .where(Conversation.lease_owner == self._worker, Conversation.lease_until >= now)
                .values(lease_until=now + self._lease)
            )

    def settle(self, owed: OwedTurn, cards: list[Card]) -> OwedTurn | None:
        """Stores the replies and "answered" in one transaction, and takes the next turn of the same conversation.

        If an agent has claimed the conversation meanwhile the bot is silent: the message is the agent's.
        """
        with self._db.write() as session:
            conversation = _locked(session, owed.conversation_id)
            state = HANDED_OVER if conversation.owner == AGENT else ANSWERED
            closed = _close_turn(session, owed, state)
            if closed and state == ANSWERED:
                self._say_all(session, conversation, owed, cards, closed.hazard_told)
            following = self._oldest(session, owed.conversation_id)
            if following is None or following.due_at > self._clock.now():
                _release(session, owed.conversation_id)
                return None
            return following

    def _say_all(
        self, session: Session, conversation: Held, owed: OwedTurn, cards: list[Card], hazard_told: bool | None
    ) -> None:
        """Writes the replies; the safety card only if the guard has not said it already."""
        wanted = [card for card in cards if not (hazard_told and card.kind == "hazard")]
        for position, card in enumerate(wanted, 1):
            self._thread.say(session, conversation, card, reply_to=owed.seq, position=position)

    def put_off(self, owed: OwedTurn) -> None:
        """Asked in vain: the same message is asked again after 1, 2, 5, 10 s, and 10 s from then on."""
        wait = BACKOFF_SECONDS[min(owed.attempts, len(BACKOFF_SECONDS) - 1)]
        with self._db.write() as session:
            session.execute(
                _this(owed).values(
                    attempts=owed.attempts + 1, next_attempt_at=self._clock.now() + timedelta(seconds=wait)
                )
            )
            _release(session, owed.conversation_id)

    def settled(self, conversation_id: str, seq: int) -> bool:
        """Whether nothing is owed for this message any more."""
        with self._db.read() as session:
            return session.get_one(Turn, (conversation_id, seq)).state != WAITING

    def tell_delayed(self, owed: OwedTurn | Received) -> bool:
        """Tells the customer once that the answer takes longer; not where the safety words have gone out."""
        with self._db.write() as session:
            told = session.execute(
                _this(owed).where(Turn.delayed_told.is_(False), Turn.hazard_told.is_not(True)).values(delayed_told=True)
            )
            if not told.rowcount:  # type: ignore[attr-defined]
                return False
            conversation = _locked(session, owed.conversation_id)
            if conversation.owner != AGENT:
                self._thread.say(session, conversation, Delayed(), author=SYSTEM, reply_to=owed.seq)
            return True

    def hand_over(self, owed: OwedTurn, reason: str) -> None:
        """The bot cannot answer: the conversation is queued for a person and the customer is told."""
        duty = self._duty()
        with self._db.write() as session:
            if _close_turn(session, owed, HANDED_OVER):
                place = ownership.request_human(session, self._clock, owed.conversation_id, reason, duty=duty)
                conversation = _locked(session, owed.conversation_id)
                if conversation.owner != AGENT and not owed.hazard_told:
                    card = BotUnavailable(place=place.number, back_at=place.back_at)
                    self._thread.say(session, conversation, card, author=SYSTEM, reply_to=owed.seq, position=1)
            _release(session, owed.conversation_id)

    def owe_again(self, session: Session, conversation_id: str) -> None:
        """What an agent leaves unanswered is the bot's once more: the customer's words after the agent's last ones."""
        last = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, Message.author == AGENT)
        answered = exists().where(
            Message.conversation_id == Turn.conversation_id, Message.reply_to == Turn.seq, Message.position > 0
        )
        now = self._clock.now()
        session.execute(
            update(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.state == HANDED_OVER, ~answered)
            .where(Turn.seq > func.coalesce(last.scalar_subquery(), 0))
            .values(state=WAITING, attempts=0, received_at=now, next_attempt_at=now, delayed_told=False),
            execution_options={"synchronize_session": False},
        )

    def mark_hazard_told(self, session: Session, conversation_id: str, seq: int) -> bool:
        """True for the one caller who is to say the safety words."""
        told = session.execute(
            update(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.seq == seq, Turn.hazard_told.is_(False))
            .values(hazard_told=True)
        )
        return bool(told.rowcount)  # type: ignore[attr-defined]

    def untold_hazards(self) -> list[tuple[str, int]]:
        """Messages that tell of danger and whose safety words have not gone out: what a killed process left behind."""
        with self._db.read() as session:
            rows = session.execute(select(Turn.conversation_id, Turn.seq).where(Turn.hazard_told.is_(False)))
            return [(row[0], row[1]) for row in rows]

    def _oldest(self, session: Session, conversation_id: str) -> OwedTurn | None:
        row = session.execute(OLDEST_OWED, {"conversation": conversation_id}).mappings().first()
        if row is None:
            return None
        return OwedTurn(**{**row, "hazard_told": row["hazard_told"] is True}, conversation_id=conversation_id)


def _close_turn(session: Session, owed: OwedTurn, state: str) -> Row[Any] | None:
    """The turn, if it was still owed."""
    mine = {"conversation": owed.conversation_id, "seq_of": owed.seq, "closed_as": state}
    return session.execute(CLOSE_TURN, mine).first()


def _locked(session: Session, conversation_id: str) -> Held:
    """Locked until commit: nobody becomes its owner between the look at the owner and the words of the bot."""
    return Held._make(session.execute(LOCK, {"conversation": conversation_id}).one())


def _this(owed: OwedTurn | Received) -> Any:
    mine = update(Turn).where(Turn.conversation_id == owed.conversation_id, Turn.seq == owed.seq)
    return mine.execution_options(synchronize_session=False)


def _unheld(now: datetime) -> Any:
    return or_(Conversation.lease_until.is_(None), Conversation.lease_until < now)


def _release(session: Session, conversation_id: str) -> None:
    session.execute(RELEASE, {"conversation": conversation_id})
