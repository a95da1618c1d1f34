"""A process for the jobs alone, where the gateway has enough to do: as many as one likes on the same database."""

import bot.quiet  # noqa: F401  # isort: skip  (before anything that reads Chinese words)

import asyncio
import os
import signal

import structlog
from anyio import to_thread

from bot.bootstrap import House, build
from bot.errors import ConfigurationError
from bot.health import can_store
from bot.jobs import Jobs
from bot.logs import configure_logs
from bot.settings import Settings

log = structlog.get_logger()
STOP_WITHIN_SECONDS = 3.0


async def work(house: House, stop: asyncio.Event) -> bool:
    """Until told to stop; False if a job ended by itself, which none should.

    A gateway finds what is stored here by asking: nobody needs to be told.
    """
    jobs = [asyncio.create_task(job) for job in Jobs(house, lambda _: None, lambda _: None).all()]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({*jobs, stopping}, return_when=asyncio.FIRST_COMPLETED)
    ended = [type(job.exception()).__name__ for job in jobs if job.done() and not job.cancelled()]
    for task in (*jobs, stopping):
        task.cancel()
    await asyncio.wait({*jobs, stopping}, timeout=STOP_WITHIN_SECONDS)
    if ended:
        log.error("job_ended", errors=ended)
    return not ended


async def _until_signalled(house: House) -> bool:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    if not await to_thread.run_sync(can_store, house.db):
        raise ConfigurationError(
            "数据库不能用或版本不对,请先运行 lamplighter migrate,或用 lamplighter doctor 看看缺什么"
        )
    log.info("working")
    return await work(house, stop)


def run(settings: Settings) -> None:
    """Ends the process: a thread that still waits for the database or a carrier must not keep it alive."""
    configure_logs()
    fine = asyncio.run(_until_signalled(build(settings)))
    os._exit(0 if fine else 1)
