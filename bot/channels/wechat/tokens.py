"""The access token: one for all processes, fetched by whoever holds the lease, never while a transaction is open."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.channels.wechat.tables import WechatToken
from bot.clock import Clock
from bot.conversations.carriers import NotCarried
from bot.storage.engine import Database

MARGIN = timedelta(minutes=5)  # so long before its end WeChat gives a new one, and both hold meanwhile
LEASE = timedelta(seconds=15)  # longer than fetching one may take
FORCED_APART = timedelta(seconds=30)  # forced refreshing more often than this does nothing, and is limited a day
Fetch = Callable[[bool], tuple[str, int]]


class AccessTokens:
    def __init__(self, db: Database, clock: Clock, app_id: str, holder: str, fetch: Fetch) -> None:
        """`holder` names this process; `fetch(force)` asks WeChat and returns the token and its seconds."""
        self._db = db
        self._clock = clock
        self._app_id = app_id
        self._holder = holder
        self._fetch = fetch

    def get(self) -> str:
        """A token that holds. NotCarried(retry) while another process fetches the first one."""
        row = self._row()
        if self._holds(row, MARGIN):
            return row.token
        if self._lease():
            return self._renew()
        if self._holds(row):
            return row.token
        raise NotCarried("retry", "token_pending", retry_after=1)

    def _holds(self, row: WechatToken, margin: timedelta = timedelta(0)) -> bool:
        return bool(row.token) and row.expires_at is not None and row.expires_at - margin > self._clock.now()

    def refused(self, token: str) -> None:
        """WeChat does not take this token any more: the next call gets another one."""
        with self._db.write() as session:
            session.execute(
                update(WechatToken)
                .where(WechatToken.app_id == self._app_id, WechatToken.token == token)
                .values(expires_at=self._clock.now())
            )

    def _renew(self) -> str:
        """By the holder of the lease. The same token as before, though it was refused, is replaced by force."""
        before, force = self._row(), False
        if self._holds(before, MARGIN):  # somebody else has fetched one between our look and our lease
            self._store(lease_owner=None, lease_until=None)
            return before.token
        try:
            token, seconds = self._fetch(False)
            if token == before.token and self._may_force(before):
                token, seconds = self._fetch(True)
                force = True
        except BaseException:
            self._store(lease_owner=None, lease_until=None)
            raise
        now = self._clock.now()
        forced = {"forced_at": now} if force else {}
        expires = now + timedelta(seconds=seconds)
        self._store(token=token, expires_at=expires, lease_owner=None, lease_until=None, **forced)
        return token

    def _may_force(self, row: WechatToken) -> bool:
        """Only a token that should still hold is suspicious; near its end the same one may rightly come again."""
        refused = row.expires_at is not None and row.expires_at <= self._clock.now()
        return refused and (row.forced_at is None or row.forced_at <= self._clock.now() - FORCED_APART)

    def _lease(self) -> bool:
        now = self._clock.now()
        with self._db.write() as session:
            taken = session.execute(
                update(WechatToken)
                .where(WechatToken.app_id == self._app_id)
                .where(or_(WechatToken.lease_until.is_(None), WechatToken.lease_until < now))
                .values(lease_owner=self._holder, lease_until=now + LEASE)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def _store(self, **values: object) -> None:
        """Unless the lease has gone to somebody else meanwhile."""
        mine = (WechatToken.app_id == self._app_id) & (WechatToken.lease_owner == self._holder)
        with self._db.write() as session:
            session.execute(update(WechatToken).where(mine).values(**values))

    def _row(self) -> WechatToken:
        find = select(WechatToken).where(WechatToken.app_id == self._app_id)
        with self._db.read() as session:
            row = session.scalar(find)
        if row is not None:
            return row
        try:
            with self._db.write() as session:
                row = WechatToken(app_id=self._app_id)
                session.add(row)
            return row
        except IntegrityError:  # made a moment ago by another process
            return self._row()
