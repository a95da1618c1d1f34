"""What is done without anybody asking: delivering, time-outs, the nightly audit. Run by the gateway, or by a worker.

Each takes its work from the database under a lease, so that several processes may run them side by side.
"""

import asyncio
from collections.abc import Callable, Coroutine

import structlog
from anyio import CapacityLimiter, to_thread

from bot.audit.nightly import audit_once_a_day
from bot.bootstrap import House
from bot.channels.wechat.media import Media
from bot.clock import local_day
from bot.conversations.intake import Received
from bot.conversations.outbox import deliver
from bot.demo import seed_demo

log = structlog.get_logger()
OUTBOX_SECONDS = 0.5
OUTSIDE = ("sms", "wechat")
REDATE_SECONDS = 3600.0
SWEEP_SECONDS = 5.0
AUDIT_SECONDS = 60.0
Job = Coroutine[None, None, None]


class Jobs:
    """`tell` wakes whoever looks at a conversation, `arrived` what answers it; both find out by asking as well."""

    def __init__(self, house: House, tell: Callable[[str], None], arrived: Callable[[Received], None]) -> None:
        self._house = house
        self._tell = tell
        self._arrived = arrived

    def all(self) -> list[Job]:
        """Each runs until cancelled."""
        house = self._house
        jobs = [self._deliver(channel) for channel in OUTSIDE if channel != "sms" or house.sms is None]
        if house.sms is not None:
            jobs.append(house.sms.run(self._arrived))
        if house.wechat is not None:
            jobs.append(self._fetch(house.wechat.media))
        if house.settings.demo:
            jobs.append(self._redate())
        return [*jobs, self._sweep(), self._audit()]

    async def _deliver(self, channel: str) -> None:
        outbox, carriers = self._house.outbox, self._house.carriers
        await _drain("outbox_failed", lambda: deliver(outbox, carriers, [channel]))

    async def _fetch(self, media: Media) -> None:
        """Pictures and recordings that WeChat keeps for us."""
        await _drain("fetching_failed", lambda: media.fetch(self._tell))

    async def _redate(self) -> None:
        """The demo's outages, appointments and payments hang on the hour; visitors' rows stay."""
        while True:
            await asyncio.sleep(REDATE_SECONDS)
            today = local_day(self._house.clock.now())
            try:
                await to_thread.run_sync(seed_demo, self._house, today, lambda _: None)
            except Exception as error:
                log.error("redating_failed", error=type(error).__name__)

    async def _sweep(self) -> None:
        """Time-outs of conversations. Not before agents whose page lost a stopped gateway have had time to return."""
        await asyncio.sleep(self._house.settings.agent_absent_seconds)
        while True:
            try:
                for conversation_id in await to_thread.run_sync(self.time_out):
                    self._tell(conversation_id)
            except Exception as error:
                log.error("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def _audit(self) -> None:
        """The nightly audit, once a day by whichever process gets to it first."""
        while True:
            await asyncio.sleep(AUDIT_SECONDS)
            try:
                await to_thread.run_sync(audit_once_a_day, self._house)
            except Exception as error:
                log.error("audit_failed", error=type(error).__name__)

    def time_out(self) -> list[str]:
        """The conversations that moved on because somebody was away too long."""
        return self._house.timeouts.sweep(self._house.staff.door.present())


async def _drain(failure: str, work: Callable[[], int]) -> None:
    """Works on while there is something to do, in a thread of its own: a slow channel holds up nobody else."""
    own_thread = CapacityLimiter(1)
    while True:
        try:
            tried = await to_thread.run_sync(work, limiter=own_thread)
        except Exception as error:
            log.error(failure, error=type(error).__name__)
            tried = 0
        await asyncio.sleep(0 if tried else OUTBOX_SECONDS)
