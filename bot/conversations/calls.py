"""Asking a person at the desk to call somebody: their conversation waits in the queue, with a note only agents see."""

from sqlalchemy import exists, select

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.addresses import Addresses
from bot.conversations.tables import ConversationNote
from bot.conversations.waits import TO_BE_CALLED
from bot.storage.engine import Database


class Calls:
    def __init__(self, db: Database, clock: Clock, addresses: Addresses) -> None:
        self._db = db
        self._clock = clock
        self._addresses = addresses

    def ask(self, channel: str, address: str, note: str) -> None:
        """The same note again is nothing new. Whoever holds the conversation already finds the note in it."""
        with self._db.write() as session:
            conversation_id = self._addresses.conversation_of(session, channel, address)
            same = exists().where(ConversationNote.conversation_id == conversation_id, ConversationNote.text == note)
            if session.scalar(select(same)):
                return
            session.add(
                ConversationNote(
                    conversation_id=conversation_id, from_agent="", to_agent=None, text=note, at=self._clock.now()
                )
            )
            ownership.request_human(session, self._clock, conversation_id, TO_BE_CALLED)
