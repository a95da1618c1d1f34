"""A process for the jobs alone: what waits goes out once however many there are, and a signal ends it at once."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import jobs
from bot.bootstrap import House
from bot.channels.demo.sms import DemoSms
from bot.clock import FixedClock, SystemClock, new_id
from bot.commands import database
from bot.conversations.outbox import Outbox
from bot.settings import ROOT, Settings, load_settings
from bot.storage.engine import Database
from bot.worker import work
from tests.stack import wait_until

TEXTS = 20
PATIENCE = 60


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Starts `lamplighter worker` on the database of this test."""
    started: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "LAMPLIGHTER_DATABASE_URL": url,
        "LAMPLIGHTER_VAR_DIR": str(tmp_path),
        "LAMPLIGHTER_DEMO": "1",
    }

    def begin() -> "subprocess.Popen[str]":
        command = [str(ROOT / ".venv" / "bin" / "lamplighter"), "worker"]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **streams))  # type: ignore[call-overload]
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_two_workers_deliver_everything_once_and_stop_when_told(url: str, tmp_path: Path, start) -> None:  # type: ignore[no-untyped-def]
    database.migrate(Settings(database_url=url, var_dir=tmp_path))
    db = Database(url)
    outbox = Outbox(db, SystemClock(), new_id)
    with db.write() as session:
        for n in range(TEXTS):
            outbox.put(session, channel="sms", address="13800000017", text=f"第 {n} 条", request_key=f"t{n}")
    processes = [start(), start()]

    def delivered() -> int:
        with db.read() as session:
            return session.scalar(select(func.count()).select_from(DemoSms)) or 0

    wait_until(lambda: delivered() >= TEXTS, PATIENCE, lambda: f"{delivered()} delivered")
    for process, number in zip(processes, (signal.SIGTERM, signal.SIGINT), strict=True):
        process.send_signal(number)
        began = time.monotonic()
        out, err = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 5
        assert (process.returncode, out) == (0, "") and "Traceback" not in err and "13800000017" not in err
    assert delivered() == TEXTS
    db.close()


def test_on_a_database_that_is_not_ready_it_says_so(start) -> None:  # type: ignore[no-untyped-def]
    out, err = start().communicate(timeout=PATIENCE)
    assert out == "" and "lamplighter migrate" in err and "Traceback" not in err


@pytest.mark.parametrize("fails", [True, False])
def test_a_job_that_ends_by_itself_ends_the_worker(
    fails: bool, db: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def job() -> None:
        if fails:
            raise RuntimeError

    async def endless() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(jobs.Jobs, "all", lambda self: [job(), endless()])
    house = House(load_settings(var_dir=tmp_path), clock, db)
    assert asyncio.run(asyncio.wait_for(work(house, asyncio.Event()), 10)) is False


def test_told_to_stop_it_ends_well(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    async def run() -> bool:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        return await work(House(load_settings(var_dir=tmp_path), clock, db), stop)

    assert asyncio.run(asyncio.wait_for(run(), 10)) is True
