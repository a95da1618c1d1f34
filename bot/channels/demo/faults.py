"""Failures ordered at the demo phone: the next sends on a channel fail, as they would in life."""

from sqlalchemy.orm import Session

from bot.channels.demo.tables import DemoFault
from bot.storage.engine import Database


class Faults:
    def __init__(self, db: Database) -> None:
        self._db = db

    def order(self, channel: str, code: int, times: int) -> None:
        with self._db.write() as session:
            session.merge(DemoFault(channel=channel, code=code, left=times))

    def next(self, channel: str) -> int | None:
        """The code this send is to fail with; None where it is not to fail."""
        with self._db.write() as session:
            return take(session, channel)


def take(session: Session, channel: str) -> int | None:
    fault = session.get(DemoFault, channel, with_for_update=True)
    if fault is None or fault.left <= 0:
        return None
    fault.left -= 1
    return fault.code
