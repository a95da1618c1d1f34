"""Pictures in a conversation: stored as a message of the customer, read back by whoever may read the conversation."""

from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.conversations import ownership
from bot.conversations.images import Drawn, redraw
from bot.conversations.intake import Intake, Received, check_client_id
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
from bot.conversations.thread import Thread, stored_as
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

    def receive(self, conversation_id: str, data: bytes, client_id: str | None = None) -> Received:
        """Stores the picture and says that it is there; the bot does not read it, so no turn is owed."""
        check_client_id(client_id)
        if not data:
            raise InvalidInput("图片是空的,请重新选一张", code="empty")
        if len(data) > MAX_BYTES:
            raise InvalidInput("图片太大,一张最多 5 MB", code="too_large")
        drawn = redraw(data)
        with self._db.write() as session:
            conversation = self._intake.admit(session, conversation_id)
            repeated = stored_as(session, conversation_id, client_id)
            if repeated is not None:
                return Received(conversation_id, repeated, new=False)
            self._intake.limit(session, conversation_id)
            if conversation.owner == CLOSED:
                ownership.reopen(session, conversation_id)
            return self._store(session, conversation, drawn, client_id)

    def read(self, conversation_id: str, attachment_id: str) -> bytes:
        """The picture, for its own conversation only; any other id is answered alike."""
        with self._db.read() as session:
            found = session.get(Attachment, attachment_id) if attachment_id.isprintable() else None
            if found is None or found.conversation_id != conversation_id:
                raise NotFound("没有这张图片")
            return found.data

    def _store(self, session: Session, conversation: Conversation, drawn: Drawn, client_id: str | None) -> Received:
        card = Picture(attachment_id=self._new_id(), width=drawn.width, height=drawn.height)
        message = self._thread.say(session, conversation, card, author=CUSTOMER, client_id=client_id)
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
