"""kill -9 while a text is with the carrier: nothing is lost, and what may have come twice is said to be doubtful."""

import asyncio
import sys
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.channels.sms.tables import SmsPart
from bot.clock import FixedClock, SystemClock, new_id
from bot.conversations.outbox import Outbox
from bot.conversations.tables import Delivery
from bot.settings import ROOT
from bot.storage.engine import Database
from tests.channels.sms.carriers import SmppCentre
from tests.channels.sms.killed import line_channel

PHONES = ("13800000017", "13800000025")


def put(db: Database) -> None:
    outbox = Outbox(db, SystemClock(), new_id)
    with db.write() as session:
        for phone in PHONES:
            outbox.put(session, channel="sms", address=phone, kind="notice", text="明天停电", request_key=phone)


def test_a_killed_process_loses_no_text_and_says_what_may_be_doubled(any_db: Database) -> None:
    put(any_db)

    async def test() -> None:
        async with SmppCentre.running() as carrier:
            carrier.held = asyncio.Event()  # takes the texts and does not answer
            url = any_db.engine.url.render_as_string(hide_password=False)
            command = [sys.executable, "-m", "tests.channels.sms.killed", url, str(carrier.port)]
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
            async with asyncio.timeout(60):
                while len(carrier.submitted) < 2:
                    carrier.changed.clear()
                    await carrier.changed.wait()
            process.kill()
            await process.wait()
            carrier.held.set()
            later = FixedClock(datetime.now().astimezone() + timedelta(minutes=5))
            running = asyncio.create_task(line_channel(any_db, later, carrier.port, "next").run(lambda _: None))
            await carrier.until(lambda: len(carrier.submitted) == 4)
            async with asyncio.timeout(10):
                while {d.state for d in rows(any_db, Delivery)} != {"sent"}:
                    await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(test())
    assert [(part.state, part.times, part.doubtful) for part in rows(any_db, SmsPart)] == [("taken", 2, True)] * 2


def rows(db: Database, table: type) -> list:  # type: ignore[type-arg]
    with db.read() as session:
        return list(session.scalars(select(table)))
