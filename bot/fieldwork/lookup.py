"""Finding a ticket from anywhere: its number with its query word, and nothing learnt from a wrong guess."""

from datetime import timedelta
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import NotFound, RateLimited
from bot.fieldwork.tables import TroubleTicket, WrongWord
from bot.storage.engine import Database

WRONG_WORDS_AN_HOUR = 5
HOUR = timedelta(hours=1)


class Lookup:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def find(self, no: str, word: str) -> TroubleTicket:
        """Each wrong try is counted before it is answered, for numbers that exist and for those that do not alike."""
        with self._db.write() as session:
            if self._wrong_tries(session, no) >= WRONG_WORDS_AN_HOUR:
                raise RateLimited("口令试错太多了,请过一小时再试。", retry_after=int(HOUR.total_seconds()))
            ticket = session.get(TroubleTicket, no)
            if ticket is not None and compare_digest(ticket.query_word.encode(), word.encode()):
                return ticket
            session.add(WrongWord(ticket_no=no, at=self._clock.now()))
        raise NotFound("没有查到这张工单", code="no_ticket")

    def _wrong_tries(self, session: Session, no: str) -> int:
        recent = select(func.count()).select_from(WrongWord)
        recent = recent.where(WrongWord.ticket_no == no, WrongWord.at > self._clock.now() - HOUR)
        return session.scalar(recent) or 0
