"""One line for the whole house: held by one process, opened again when lost, given up with the lease."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.sms.line.dialect import Login
from bot.channels.sms.line.driver import LineDriver
from bot.channels.sms.line.keeper import BACKOFF_SECONDS, LEASE_SECONDS, REFUSED_SECONDS, RENEW_SECONDS, Keeper, Lease
from bot.channels.sms.line.session import Line, Pace
from bot.channels.sms.line.smpp import Smpp
from bot.channels.sms.tables import SmsLine
from bot.clock import FixedClock
from bot.storage.engine import Database
from tests.channels.sms.carriers import NUMBER, PASSWORD, USER, SmppCentre


def state(db: Database) -> tuple[str, str, str | None]:
    with db.read() as session:
        row = session.get_one(SmsLine, "smpp")
        return row.state, row.detail, row.holder


async def nothing(frame: bytes) -> None:
    pass


class Kept:
    """A keeper with its driver; the waits between its tries are only written down."""

    def __init__(self, db: Database, clock: FixedClock, port: int, holder: str = "a", password: str = PASSWORD) -> None:
        dialect = Smpp(Login(USER, password, NUMBER))
        self.driver = LineDriver(dialect)
        self.waited: list[float] = []

        async def connect() -> Line:
            return await Line.connect(dialect, "127.0.0.1", port, nothing, Pace(patience=5, heartbeat=1000))

        async def wait(seconds: float) -> None:
            self.waited.append(seconds)
            await asyncio.sleep(0.01)

        self.keeper = Keeper(Lease(db, clock, "smpp", holder), self.driver, connect, wait)
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.keeper.run())

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await test()

    asyncio.run(limited())


def test_a_lease_has_one_holder_and_passes_on_when_it_ends(any_db: Database, clock: FixedClock) -> None:
    first, second = (Lease(any_db, clock, "smpp", holder) for holder in "ab")
    assert (first.hold(), second.hold(), first.hold()) == (True, False, True)
    second.note("open")
    assert state(any_db)[0] == "down", "who does not hold it does not speak of it"
    clock.advance(seconds=LEASE_SECONDS + 1)
    assert (second.hold(), first.hold()) == (True, False)
    second.let_go()
    assert first.hold()


def test_the_lease_outlasts_what_renewing_it_may_take() -> None:
    assert timedelta(seconds=LEASE_SECONDS) >= timedelta(seconds=RENEW_SECONDS * 3)


def test_exactly_one_of_two_processes_connects_and_the_other_goes_on_after_it(
    any_db: Database, clock: FixedClock
) -> None:
    async def test() -> None:
        async with SmppCentre.running() as carrier:
            first, second = (Kept(any_db, clock, carrier.port, holder) for holder in "ab")
            first.start()
            await first.until(lambda: first.driver.ready)
            second.start()
            await second.until(lambda: len(second.waited) >= 3)
            assert (carrier.logins, second.driver.ready, state(any_db)[2]) == (1, False, "a")
            await first.stop()
            assert carrier.goodbyes == 1
            await second.until(lambda: second.driver.ready)
            assert (first.driver.ready, state(any_db)) == (False, ("open", "", "b"))
            await second.stop()

    run(test)


def test_a_lost_connection_is_opened_again(db: Database, clock: FixedClock) -> None:
    async def test() -> None:
        async with SmppCentre.running() as carrier:
            kept = Kept(db, clock, carrier.port)
            kept.start()
            for times in (1, 2, 3):
                await kept.until(lambda times=times: carrier.logins == times and kept.driver.ready)
                carrier.hang_up()
                await kept.until(lambda: not kept.driver.ready)
            await kept.until(lambda: kept.driver.ready)
            assert kept.waited == [BACKOFF_SECONDS[0]] * 3
            await kept.stop()

    run(test)


def test_a_carrier_that_is_away_is_tried_less_and_less_often(db: Database, clock: FixedClock) -> None:
    async def test() -> None:
        async with SmppCentre.running() as carrier:
            port = carrier.port
        kept = Kept(db, clock, port)
        kept.start()
        await kept.until(lambda: len(kept.waited) >= 8)
        assert tuple(kept.waited[:6]) == BACKOFF_SECONDS
        assert set(kept.waited[6:8]) == {BACKOFF_SECONDS[-1]}
        assert state(db)[:2] == ("down", "unreachable") or state(db)[0] == "connecting"
        await kept.stop()

    run(test)


def test_a_wrong_password_is_not_tried_at_once_again_and_is_on_record(db: Database, clock: FixedClock) -> None:
    async def test() -> None:
        async with SmppCentre.running() as carrier:
            kept = Kept(db, clock, carrier.port, password="wrong")
            kept.start()
            await kept.until(lambda: bool(kept.waited))
            assert kept.waited[0] == REFUSED_SECONDS
            await kept.stop()
            assert state(db) == ("refused", "smpp_password", None)

    run(test)


def test_who_loses_the_lease_hangs_up(db: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.sms.line.keeper.RENEW_SECONDS", 0.01)

    async def test() -> None:
        async with SmppCentre.running() as carrier:
            kept = Kept(db, clock, carrier.port)
            kept.start()
            await kept.until(lambda: kept.driver.ready)
            clock.advance(seconds=LEASE_SECONDS + 1)
            other = Lease(db, clock, "smpp", "b")
            while not other.hold():
                clock.advance(seconds=LEASE_SECONDS + 1)
            await kept.until(lambda: not kept.driver.ready and not carrier.writers)
            await kept.stop()
            assert state(db)[2] == "b"

    run(test)
