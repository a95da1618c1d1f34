"""Pictures in a conversation: stored as a message of the customer, read back by whoever may read the conversation."""

from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations import ownership
from bot.conversations.images import Drawn, redraw
from bot.conversations.intake import InboundMessage, Intake, Received, check_delivery
from bot.conversations.tables import (
    AGENT,
    ANSWERED,
    CLOSED,
    CUSTOMER,
    HANDED_OVER,
    SYSTEM,
    Attachment,
    Conversation,
    Turn,
)
from bot.conversations.thread import Thread
from bot.errors import InvalidInput, NotFound
from bot.replies.cards.pictures import Picture, PictureReceived
from bot.storage.engine import Database

MAX_BYTES = 5 * 1024 * 1024


class Pictures:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, thread: Thread, intake: Intake) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._thread = thread
        self._intake = intake

    def receive(self, inbound: InboundMessage, data: bytes) -> Received:
        """Stores the picture and says that it is there; the bot does not read it, so no turn is owed."""
        check_delivery(inbound)
        if not data:
            raise InvalidInput("图片是空的,请重新选一张", code="empty")
        if len(data) > MAX_BYTES:
            raise InvalidInput("图片太大,一张最多 5 MB", code="too_large")
        drawn = redraw(data)
        with self._db.write() as session:
            conversation = self._intake.admit(session, inbound)
            known = self._intake.known(session, conversation, inbound)
            if known is not None:
                return known
            self._intake.limit(session, conversation.id)
            self._intake.turn_to(conversation, inbound)
            if conversation.owner == CLOSED:
                ownership.reopen(session, conversation.id)
            return self._store(session, conversation, drawn, inbound)

    def read(self, conversation_id: str, attachment_id: str) -> bytes:
        """The picture, for its own conversation only; any other id is answered alike."""
        with self._db.read() as session:
            found = session.get(Attachment, attachment_id) if attachment_id.isprintable() else None
            if found is None or found.conversation_id != conversation_id:
                raise NotFound("没有这张图片")
            return found.data

    def _store(self, session: Session, conversation: Conversation, drawn: Drawn, inbound: InboundMessage) -> Received:
        client_id = inbound.client_id if inbound.address is None else None
        card = Picture(attachment_id=self._new_id(), width=drawn.width, height=drawn.height)
        message = self._thread.say(session, conversation, card, author=CUSTOMER, client_id=client_id)
        self._intake.note(session, conversation, inbound, message.seq)
        by_agent = conversation.owner == AGENT
        session.add_all(
            [
                Attachment(
                    id=card.attachment_id,
                    conversation_id=conversation.id,
                    seq=message.seq,
                    data=drawn.data,
                    stored_at=message.sent_at,
                ),
                Turn(
                    conversation_id=conversation.id,
                    seq=message.seq,
                    state=HANDED_OVER if by_agent else ANSWERED,
                    received_at=message.sent_at,
                    next_attempt_at=message.sent_at,
                ),
            ]
        )
        if not by_agent:
            self._thread.say(session, conversation, PictureReceived(), author=SYSTEM, reply_to=message.seq, position=1)
        return Received(conversation.id, message.seq, new=True, for_bot=False)
