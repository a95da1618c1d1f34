"""Taking a customer's message in: stored before anything else, a repeated delivery stored once, danger noted."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.addresses import Addresses
from bot.conversations.options import chosen_by_id, chosen_by_words, meaning
from bot.conversations.statements import OWE, RECEIVED_BEFORE, Offered
from bot.conversations.tables import AGENT, CLOSED, CUSTOMER, HANDED_OVER, WAITING, WEB, Conversation
from bot.conversations.thread import Thread, stored_as
from bot.errors import InvalidInput, NotFound, RateLimited
from bot.language import assess
from bot.storage.engine import Database

MAX_CHARACTERS = 2_000
MAX_CLIENT_ID = 64
MAX_DELIVERY_ID = 255
UNSTORABLE = ("Cc", "Cs")  # control characters and halves of a surrogate pair


@dataclass(frozen=True)
class InboundMessage:
    """What a channel hands over: text, or the id of an option; `client_id` names the delivery, not the person.

    Either the conversation is named, or the channel and the address of the customer on it (an openid, a phone): the
    one conversation with that address is found or made. There `client_id` is the channel's own message id, unique on
    that channel.
    """

    conversation_id: str = ""
    text: str | None = None
    option: str | None = None
    client_id: str | None = None
    channel: str = WEB
    address: str | None = None


@dataclass(frozen=True)
class Received:
    """The stored message. `new` is False for a repeated delivery, `hazard` the kind of danger it tells of."""

    conversation_id: str
    seq: int
    new: bool
    hazard: str | None = None
    for_bot: bool = True

    @property
    def message_id(self) -> str:
        return f"{self.conversation_id}:{self.seq}"


class Intake:
    def __init__(
        self, db: Database, clock: Clock, thread: Thread, addresses: Addresses, messages_per_minute: int
    ) -> None:
        self._db = db
        self._clock = clock
        self._thread = thread
        self._addresses = addresses
        self._per_minute = messages_per_minute

    def receive(self, inbound: InboundMessage) -> Received:
        """Stores the message and what is owed for it, in one transaction. A danger is never refused for haste."""
        text = _checked(inbound)
        with self._db.write() as session:
            conversation = self.admit(session, inbound)
            known = self.known(session, conversation, inbound)
            if known is not None:
                return known
            hazard = assess(text).kind if text else None
            if hazard is None:
                self.limit(session, conversation.id)
            self.turn_to(conversation, inbound)
            option = self._option(session, conversation, inbound.option, text)
            if conversation.owner == CLOSED:
                ownership.reopen(session, conversation.id)
            return self._store(session, conversation, inbound, text or "", option, hazard)

    def admit(self, session: Session, inbound: InboundMessage) -> Conversation:
        """The conversation, locked until the message is stored."""
        conversation_id = inbound.conversation_id
        if inbound.address is not None:
            conversation_id = self._addresses.conversation_of(session, inbound.channel, inbound.address)
        conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
        if conversation is None:
            raise NotFound("会话不存在", code="no_session")
        return conversation

    def known(self, session: Session, conversation: Conversation, inbound: InboundMessage) -> Received | None:
        """What a delivery that came before was stored as."""
        if inbound.address is None:
            seq = stored_as(session, conversation.id, inbound.client_id)
            return None if seq is None else Received(conversation.id, seq, new=False)
        before = self._addresses.delivered(session, inbound.channel, inbound.client_id)
        return None if before is None else Received(before.conversation_id, before.seq or 0, new=False)

    def turn_to(self, conversation: Conversation, inbound: InboundMessage) -> None:
        """From here on the answers go where this came from."""
        conversation.channel, conversation.address = inbound.channel, inbound.address

    def note(self, session: Session, conversation: Conversation, inbound: InboundMessage, seq: int | None) -> None:
        """Keeps the channel's own id of what has just been stored."""
        if inbound.address is not None and inbound.client_id is not None:
            self._addresses.note(session, inbound.channel, inbound.client_id, conversation.id, seq)

    def _store(
        self,
        session: Session,
        conversation: Conversation,
        inbound: InboundMessage,
        text: str,
        option: Offered | None,
        hazard: str | None,
    ) -> Received:
        shown = text or (option.title if option else "")
        message = self._thread.write(
            session,
            conversation,
            CUSTOMER,
            shown,
            client_id=inbound.client_id if inbound.address is None else None,
            chosen=meaning(option) if option else None,
        )
        self.note(session, conversation, inbound, message.seq)
        for_bot = conversation.owner != AGENT
        turn = {
            "conversation_id": conversation.id,
            "seq": message.seq,
            "state": WAITING if for_bot else HANDED_OVER,
            "received_at": message.sent_at,
            "next_attempt_at": message.sent_at,
            "hazard": hazard,
            "hazard_told": False if hazard else None,
        }
        session.execute(OWE, turn)
        return Received(conversation.id, message.seq, new=True, hazard=hazard, for_bot=for_bot)

    def _option(
        self, session: Session, conversation: Conversation, option_id: str | None, text: str | None
    ) -> Offered | None:
        if option_id is not None:
            return chosen_by_id(session, conversation, option_id)
        return chosen_by_words(session, conversation, text or "")

    def limit(self, session: Session, conversation_id: str) -> None:
        """RateLimited when too much came from this conversation within a minute."""
        since = self._clock.now() - timedelta(minutes=1)
        before = session.scalar(RECEIVED_BEFORE, {"conversation": conversation_id, "before": self._per_minute - 1})
        if before is not None and before > since:
            raise RateLimited("您发得太快了,请过一分钟再发。有危险请直接打 95598。", retry_after=60)


def check_delivery(inbound: InboundMessage) -> None:
    longest = MAX_CLIENT_ID if inbound.address is None else MAX_DELIVERY_ID
    client_id = inbound.client_id
    if client_id is not None and not (0 < len(client_id) <= longest and client_id.isprintable()):
        raise InvalidInput("消息编号不合格式", code="shape")


def _checked(inbound: InboundMessage) -> str | None:
    check_delivery(inbound)
    if (inbound.text is None) == (inbound.option is None):
        raise InvalidInput("请发送文字或选择一个选项", code="shape")
    if inbound.text is None:
        return None
    text = "".join(c for c in inbound.text if c in "\n\t" or unicodedata.category(c) not in UNSTORABLE)
    if not any(c.isprintable() and not c.isspace() for c in text):
        raise InvalidInput("请先输入内容", code="empty")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput("一次最多写 2000 个字,请分几次发", code="too_long")
    return text
