"""The ledger of customer-service messages: what WeChat lets us send to a follower, and until when.

Five messages within 48 hours of the follower's last one; three within a minute of following, of a click on the menu or
of scanning a code (WeChat's rule since June 2023). An answer within the call, and a template message, cost nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.wechat.tables import WechatWindow
from bot.clock import Clock
from bot.storage.engine import Database

BY_MESSAGE = (5, timedelta(hours=48))
BY_EVENT = (3, timedelta(minutes=1))


@dataclass(frozen=True)
class Left:
    """So many messages, until then."""

    messages: int
    until: datetime


class Quota:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def opened(self, session: Session, openid: str, at: datetime, *, by_message: bool) -> None:
        """The follower did something at that moment; told twice of the same, the ledger stays as it is.

        A click never shortens what a message has opened.
        """
        number, lasts = BY_MESSAGE if by_message else BY_EVENT
        now = self._clock.now()
        until = min(at, now) + lasts
        window = session.get(WechatWindow, openid, with_for_update=True) or _made(session, openid, until - lasts)
        if window.until < until and (by_message or window.until <= now):
            window.left, window.until, window.told_elsewhere = number, until, False

    def spend(self, openid: str, messages: int = 1) -> Left | None:
        """Takes so many off, and what is left then; None, and nothing taken, where there are not so many."""
        with self._db.write() as session:
            taken = session.execute(
                update(WechatWindow)
                .where(WechatWindow.openid == openid, WechatWindow.until > self._clock.now())
                .where(WechatWindow.left >= messages)
                .values(left=WechatWindow.left - messages)
                .returning(WechatWindow.left, WechatWindow.until)
            ).first()
            return None if taken is None else Left(taken[0], taken[1])

    def give_back(self, openid: str, messages: int = 1) -> None:
        """They were not sent."""
        with self._db.write() as session:
            session.execute(
                update(WechatWindow).where(WechatWindow.openid == openid).values(left=WechatWindow.left + messages)
            )

    def exhausted(self, openid: str) -> None:
        """WeChat says that nothing is left, whatever our ledger says."""
        with self._db.write() as session:
            session.execute(update(WechatWindow).where(WechatWindow.openid == openid).values(left=0))

    def left(self, openid: str) -> Left:
        now = self._clock.now()
        with self._db.read() as session:
            window = session.get(WechatWindow, openid)
        if window is None or window.until <= now:
            return Left(0, now)
        return Left(window.left, window.until)

    def tell_elsewhere(self, openid: str) -> bool:
        """True for the one caller in a window who is to tell the customer by another way that something waits."""
        with self._db.write() as session:
            told = session.execute(
                update(WechatWindow)
                .where(WechatWindow.openid == openid, WechatWindow.told_elsewhere.is_(False))
                .values(told_elsewhere=True)
            )
            return bool(told.rowcount)  # type: ignore[attr-defined]


def _made(session: Session, openid: str, closed: datetime) -> WechatWindow:
    """A window that is closed, of a follower not known before; of two calls at once one makes it."""
    try:
        with session.begin_nested():
            made = WechatWindow(openid=openid, left=0, until=closed)
            session.add(made)
        return made
    except IntegrityError:
        return session.get_one(WechatWindow, openid, with_for_update=True)
