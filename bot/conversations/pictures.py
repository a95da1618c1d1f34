"""Pictures and recordings: stored with a message of the customer, read back by whoever may read the conversation."""

from bot.clock import Clock, NewId
from bot.conversations.images import MEDIA_TYPE, redraw
from bot.conversations.intake import InboundMessage, Received, check_delivery
from bot.conversations.tables import Attachment, Message
from bot.conversations.wordless import Wordless
from bot.errors import InvalidInput, NotFound
from bot.replies.cards.pictures import Picture, PictureReceived, Voice
from bot.storage.engine import Database

MAX_BYTES = 5 * 1024 * 1024


class Pictures:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, wordless: Wordless) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._wordless = wordless

    def receive(self, inbound: InboundMessage, data: bytes) -> Received:
        """Stores the picture and says that it is there; the bot does not read it, so no turn is owed."""
        check_delivery(inbound)
        if not data:
            raise InvalidInput("图片是空的,请重新选一张", code="empty")
        if len(data) > MAX_BYTES:
            raise InvalidInput("图片太大,一张最多 5 MB", code="too_large")
        drawn = redraw(data)
        card = Picture(attachment_id=self._new_id(), width=drawn.width, height=drawn.height)
        kept = Attachment(id=card.attachment_id, media_type=MEDIA_TYPE, data=drawn.data)
        return self._wordless.receive(inbound, card, PictureReceived(), [kept])

    def keep_recording(self, conversation_id: str, seq: int, data: bytes, media_type: str) -> None:
        """Keeps the recording of a spoken message that is stored already. Kept once, however often it comes."""
        if len(data) > MAX_BYTES:
            raise InvalidInput("录音太大", code="too_large")
        with self._db.write() as session:
            message = session.get(Message, (conversation_id, seq), with_for_update=True)
            if message is None:
                raise NotFound("没有这条消息")
            if (message.card or {}).get("attachment_id"):
                return
            card = Voice(attachment_id=self._new_id())
            message.card = card.dump()
            session.add(
                Attachment(
                    id=card.attachment_id,
                    conversation_id=conversation_id,
                    seq=seq,
                    media_type=media_type,
                    data=data,
                    stored_at=self._clock.now(),
                )
            )

    def read(self, conversation_id: str, attachment_id: str) -> Attachment:
        """The picture, for its own conversation only; any other id is answered alike."""
        with self._db.read() as session:
            found = session.get(Attachment, attachment_id) if attachment_id.isprintable() else None
            if found is None or found.conversation_id != conversation_id:
                raise NotFound("没有这张图片")
            return found
