"""The hazard guard: on danger the fixed safety words go out at once, in every state, and one urgent ticket is opened.

The ticket is stored first, because "已报" may only be said of a stored one. Both steps may be repeated after a crash:
the ticket is found again by the message id, and the words are said by the one caller who marks them told.
"""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations import ownership
from bot.conversations.tables import BOT, Conversation, Message
from bot.conversations.thread import Thread
from bot.conversations.turns import Turns
from bot.language import HazardAssessment, assess
from bot.replies.cards import Card
from bot.storage.engine import Database


class HazardDesk(Protocol):
    """Where the danger ticket is opened or added to; fieldwork implements it."""

    def report(self, conversation_id: str, message_id: str, text: str, assessment: HazardAssessment) -> Card:
        """Stores the ticket (once per message id) and answers with the safety card that names it."""


class HazardGuard:
    def __init__(self, db: Database, clock: Clock, thread: Thread, turns: Turns, desk: HazardDesk) -> None:
        self._db = db
        self._clock = clock
        self._thread = thread
        self._turns = turns
        self._desk = desk

    def protect(self, conversation_id: str, seq: int) -> None:
        """Opens the ticket and says the safety words for one stored message."""
        with self._db.read() as session:
            text = session.get_one(Message, (conversation_id, seq)).text
        assessment = assess(text)
        card = self._desk.report(conversation_id, f"{conversation_id}:{seq}", text, assessment)
        with self._db.write() as session:
            if self._turns.mark_hazard_told(session, conversation_id, seq):
                self._say(session, conversation_id, seq, card)

    def _say(self, session: Session, conversation_id: str, seq: int, card: Card) -> None:
        conversation = session.get_one(Conversation, conversation_id)
        self._thread.say(session, conversation, card, author=BOT, reply_to=seq, position=0)
        ownership.request_human(session, self._clock, conversation_id, "danger")

    def catch_up(self, failed: Callable[[Exception], None]) -> None:
        """Says what a killed process left unsaid; one failing message does not keep the others waiting."""
        for conversation_id, seq in self._turns.untold_hazards():
            try:
                self.protect(conversation_id, seq)
            except Exception as error:
                failed(error)
