"""What an agent does with a conversation: claim, reply, pass on, give back, close.

The customer is told of each in the same transaction, and nothing the customer wrote can be given back or closed unseen.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.intake import MAX_CHARACTERS, MAX_CLIENT_ID
from bot.conversations.states import AGENT
from bot.conversations.tables import SYSTEM, Conversation, ConversationNote
from bot.conversations.thread import Thread, stored_as
from bot.conversations.turns import Turns
from bot.conversations.waits import note_claim
from bot.errors import Conflict, InvalidInput
from bot.replies.cards import Card
from bot.replies.cards.handoff import (
    AgentGaveBack,
    AgentJoined,
    AgentLost,
    AgentPassedOn,
    AgentReply,
    ConversationClosed,
)
from bot.storage.engine import Database
from bot.supplier import OnDuty, always

MAX_NOTE = 500
UNSEEN = "客户刚刚又写了话,请先看一眼再操作"


@dataclass(frozen=True)
class Handler:
    """The agent: the id that holds conversations, and the name customers are told."""

    id: str
    name: str


class Handling:
    def __init__(self, db: Database, clock: Clock, thread: Thread, turns: Turns, duty: OnDuty = always) -> None:
        self._db = db
        self._clock = clock
        self._thread = thread
        self._turns = turns
        self._duty = duty

    def claim(self, conversation_id: str, agent: Handler) -> None:
        """Takes a waiting conversation; of several agents one wins. The bot is silent from here on."""
        with self._db.write() as session:
            ownership.claim(session, conversation_id, agent.id)
            note_claim(session, conversation_id, self._clock.now(), self._duty())
            self._tell(session, conversation_id, AgentJoined(agent=agent.name))

    def reply(self, conversation_id: str, agent: Handler, text: str, client_id: str, seen: int) -> int:
        """Writes to the customer; the same client id again writes nothing. The number of the message."""
        text = _checked(text, client_id)
        with self._db.write() as session:
            conversation = ownership.hold(session, conversation_id, agent.id)
            known = stored_as(session, conversation_id, client_id)
            if known is not None:
                return known
            card = AgentReply(agent=agent.name, text=text)
            message = self._thread.say(session, conversation, card, author=AGENT, client_id=client_id)
            ownership.mark_seen(conversation, seen)
            return message.seq

    def seen(self, conversation_id: str, agent: Handler, seq: int) -> None:
        with self._db.write() as session:
            ownership.mark_seen(ownership.hold(session, conversation_id, agent.id), seq)

    def pass_on(self, conversation_id: str, agent: Handler, to: Handler | None, note: str) -> None:
        """To a colleague, who holds it at once, or (None) into the queue, with a note no customer sees.

        What the agent has not seen yet goes along: whoever takes over has it before them.
        """
        note, duty = _checked_note(note), self._duty()
        if to is not None and to.id == agent.id:
            raise InvalidInput("不能转给自己", code="own_conversation")
        with self._db.write() as session:
            card = AgentPassedOn(agent=agent.name, to=to.name if to else None)
            if to is not None:
                ownership.pass_on(session, conversation_id, agent.id, to.id)
            else:
                back_at = duty.back_at(self._clock.now())
                place = ownership.requeue(session, conversation_id, agent.id, back_at)
                card = card.model_copy(update={"place": place.number, "back_at": back_at})
            session.add(
                ConversationNote(
                    conversation_id=conversation_id,
                    from_agent=agent.id,
                    to_agent=to.id if to else None,
                    text=note,
                    at=self._clock.now(),
                )
            )
            self._tell(session, conversation_id, card)

    def give_back(self, conversation_id: str, agent: Handler, seen: int) -> None:
        """To the bot, which answers what the agent has left unanswered."""
        with self._db.write() as session:
            self._see_all(session, conversation_id, agent, seen)
            ownership.give_back(session, conversation_id, agent.id)
            self._tell(session, conversation_id, AgentGaveBack(agent=agent.name))
            self._turns.owe_again(session, conversation_id)

    def close(self, conversation_id: str, agent: Handler, seen: int) -> None:
        with self._db.write() as session:
            self._see_all(session, conversation_id, agent, seen)
            ownership.close(session, conversation_id, agent.id)
            self._tell(session, conversation_id, ConversationClosed())

    def put_back(self, conversation_id: str, holder_id: str) -> bool:
        """Into the queue, away from an agent who is gone or cannot go on; False if they do not hold it any more."""
        back_at = self._duty().back_at(self._clock.now())
        with self._db.write() as session:
            place = ownership.lose_agent(session, conversation_id, holder_id, back_at)
            if place is None:
                return False
            self._tell(session, conversation_id, AgentLost(place=place.number, back_at=back_at))
            return True

    def _see_all(self, session: Session, conversation_id: str, agent: Handler, seen: int) -> None:
        conversation = ownership.hold(session, conversation_id, agent.id)
        ownership.mark_seen(conversation, seen)
        session.flush()
        if ownership.newest_of_customer(session, conversation_id) > conversation.agent_seen_seq:
            raise Conflict(UNSEEN, code="unseen")

    def _tell(self, session: Session, conversation_id: str, card: Card) -> None:
        conversation = session.get_one(Conversation, conversation_id, populate_existing=True)
        self._thread.say(session, conversation, card, author=SYSTEM)


def _checked_note(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidInput("请给接手的人写一句:客户要什么、已经做到哪一步", code="empty")
    if len(text) > MAX_NOTE:
        raise InvalidInput(f"留言最多 {MAX_NOTE} 个字", code="too_long")
    return text


def _checked(text: str, client_id: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise InvalidInput("请先输入内容", code="empty")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput("一次最多写 2000 个字,请分几次发", code="too_long")
    if not 0 < len(client_id) <= MAX_CLIENT_ID:
        raise InvalidInput("消息编号不合格式", code="shape")
    return text
