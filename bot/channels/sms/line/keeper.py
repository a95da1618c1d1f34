"""Keeps the one line to a carrier: exactly one process connects, under a lease, and connects again when it is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from anyio import to_thread
from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from bot.channels.sms.line.dialect import Refused
from bot.channels.sms.line.driver import LineDriver
from bot.channels.sms.line.session import Line
from bot.channels.sms.tables import SmsLine
from bot.clock import Clock
from bot.errors import Unavailable
from bot.storage.engine import Database

log = structlog.get_logger()
LEASE_SECONDS = 15
RENEW_SECONDS = 3.0
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
REFUSED_SECONDS = 300.0  # a wrong password tried too often locks the account
Sleep = Callable[[float], Awaitable[None]]


class Lease:
    """The line's row: held by one process, free again a while after that process is gone."""

    def __init__(self, db: Database, clock: Clock, name: str, holder: str) -> None:
        self._db = db
        self._clock = clock
        self._name = name
        self._holder = holder

    def hold(self) -> bool:
        """Takes or renews; False while another process holds it."""
        now = self._clock.now()
        free = or_(SmsLine.holder == self._holder, SmsLine.holder.is_(None), SmsLine.held_until < now)
        until = now + timedelta(seconds=LEASE_SECONDS)
        with self._db.write() as session:
            if session.get(SmsLine, self._name) is None:
                with suppress(IntegrityError), session.begin_nested():
                    session.add(SmsLine(name=self._name, changed_at=now))
                    session.flush()
            held = session.execute(
                update(SmsLine)
                .where(SmsLine.name == self._name, free)
                .values(holder=self._holder, held_until=until)
                .execution_options(synchronize_session=False)
            )
            return bool(held.rowcount)  # type: ignore[attr-defined]

    def let_go(self) -> None:
        self._update(holder=None, held_until=None)

    def note(self, state: str, detail: str = "") -> None:
        """How the line is, for whoever looks."""
        self._update(state=state, detail=detail, changed_at=self._clock.now())

    def _update(self, **values: object) -> None:
        mine = update(SmsLine).where(SmsLine.name == self._name, SmsLine.holder == self._holder)
        with self._db.write() as session:
            session.execute(mine.values(**values).execution_options(synchronize_session=False))


class Keeper:
    """`connect` opens a session; while it is served the driver sends over it."""

    def __init__(
        self, lease: Lease, driver: LineDriver, connect: Callable[[], Awaitable[Line]], sleep: Sleep = asyncio.sleep
    ) -> None:
        self._lease = lease
        self._driver = driver
        self._connect = connect
        self._sleep = sleep

    async def run(self) -> None:
        """Until cancelled; then leave is taken and the lease let go."""
        failures = 0
        try:
            while True:
                pause = RENEW_SECONDS
                try:
                    if await to_thread.run_sync(self._lease.hold):
                        opened, pause = await self._while_held(failures)
                        failures = 0 if opened else failures + 1
                except Exception as error:
                    log.error("sms_line_failed", error=type(error).__name__)
                await self._sleep(pause)
        finally:
            with suppress(Exception):
                self._lease.let_go()

    async def _while_held(self, failures: int) -> tuple[bool, float]:
        """One session, ended at once if the lease is lost. Whether it was opened, and how long to wait after it."""
        session, renewing = asyncio.create_task(self._session()), asyncio.create_task(self._renew())
        try:
            await asyncio.wait({session, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if not session.done():
                return True, RENEW_SECONDS
            refused, opened = session.result()
            backoff = BACKOFF_SECONDS[0 if opened else min(failures, len(BACKOFF_SECONDS) - 1)]
            return opened, REFUSED_SECONDS if refused else backoff
        finally:
            for task in (session, renewing):
                task.cancel()
            await asyncio.gather(session, renewing, return_exceptions=True)

    async def _session(self) -> tuple[bool, bool]:
        """(refused, opened)"""
        await self._note("connecting")
        try:
            line = await self._connect()
        except Unavailable as error:
            refused = isinstance(error, Refused)
            await self._note("refused" if refused else "down", error.code)
            return refused, False
        await self._note("open")
        self._driver.line = line
        serving = asyncio.create_task(line.serve())
        try:
            await self._note("down", await asyncio.shield(serving))
        finally:
            self._driver.line = None
            if not serving.done():
                await line.close()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        return False, True

    async def _renew(self) -> None:
        """Returns when the lease is lost, or can no longer be renewed."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not await to_thread.run_sync(self._lease.hold):
                return

    async def _note(self, state: str, detail: str = "") -> None:
        log.info("sms_line", carrier=self._driver.name, state=state, detail=detail)
        await to_thread.run_sync(self._lease.note, state, detail)
