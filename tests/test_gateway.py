"""What the gateway does by itself beside answering, unless a worker does it: deliver, and date the demo's rows anew."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import jobs
from bot.bootstrap import House
from bot.clock import FixedClock, local_day
from bot.gateway import Gateway
from bot.settings import load_settings
from bot.storage.engine import Database


def test_the_demo_is_dated_anew_and_a_failure_does_not_end_that(
    db: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[Any] = []

    def seed(_house: House, today: Any, _progress: Any) -> None:
        days.append(today)
        if len(days) == 1:
            raise RuntimeError("the database is away")

    monkeypatch.setattr(jobs, "seed_demo", seed)
    monkeypatch.setattr(jobs, "REDATE_SECONDS", 0.01)
    house = House(load_settings(demo=True, var_dir=tmp_path), clock, db)

    async def run() -> None:
        async with Gateway(house).lifespan(None):  # type: ignore[arg-type]
            while len(days) < 3:
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 10))
    assert set(days) == {local_day(clock.now())}


@pytest.mark.parametrize("here", [True, False])
def test_the_jobs_are_done_in_the_gateway_unless_they_are_switched_off(
    here: bool, db: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []

    async def job() -> None:
        began.append("job")

    monkeypatch.setattr(jobs.Jobs, "all", lambda self: [job()])
    house = House(load_settings(gateway_jobs=here, var_dir=tmp_path), clock, db)

    async def run() -> None:
        async with Gateway(house).lifespan(None):  # type: ignore[arg-type]
            await asyncio.sleep(0)

    asyncio.run(run())
    assert began == (["job"] if here else [])
