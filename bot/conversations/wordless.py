"""What a customer sends without words the bot could read: stored as their message, with one fixed reply."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.conversations import ownership
from bot.conversations.intake import InboundMessage, Intake, Received
from bot.conversations.statements import Said
from bot.conversations.tables import AGENT, ANSWERED, CLOSED, CUSTOMER, HANDED_OVER, SYSTEM, Attachment, Turn
from bot.conversations.thread import Thread
from bot.replies.cards import Card
from bot.storage.engine import Database


class Wordless:
    def __init__(self, db: Database, thread: Thread, intake: Intake) -> None:
        self._db = db
        self._thread = thread
        self._intake = intake

    def receive(
        self, inbound: InboundMessage, said: Card, reply: Card, attachments: Sequence[Attachment] = ()
    ) -> Received:
        """Stores it as a card of the customer. No turn is owed; while an agent holds it, no reply either."""
        with self._db.write() as session:
            conversation = self._intake.admit(session, inbound)
            known = self._intake.known(session, conversation, inbound)
            if known is not None:
                return known
            self._intake.limit(session, conversation.id)
            self._intake.turn_to(conversation, inbound)
            if conversation.owner == CLOSED:
                ownership.reopen(session, conversation.id)
            client_id = inbound.client_id if inbound.address is None else None
            message = self._thread.say(session, conversation, said, author=CUSTOMER, client_id=client_id)
            self._intake.note(session, conversation, inbound, message.seq)
            by_agent = conversation.owner == AGENT
            self._keep(session, message, HANDED_OVER if by_agent else ANSWERED, attachments)
            if not by_agent:
                self._thread.say(session, conversation, reply, author=SYSTEM, reply_to=message.seq, position=1)
            return Received(conversation.id, message.seq, new=True, for_bot=False)

    def _keep(self, session: Session, message: Said, state: str, attachments: Sequence[Attachment]) -> None:
        for attachment in attachments:
            attachment.conversation_id, attachment.seq = message.conversation_id, message.seq
            attachment.stored_at = message.sent_at
        turn = Turn(
            conversation_id=message.conversation_id,
            seq=message.seq,
            state=state,
            received_at=message.sent_at,
            next_attempt_at=message.sent_at,
        )
        session.add_all([turn, *attachments])
