"""The SMS channel as a whole: what a carrier tells goes in, what waits in the outbox goes out, the line is kept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog
from anyio import to_thread

from bot.channels.sms.driver import Call, SmsDriver
from bot.channels.sms.line.keeper import Keeper
from bot.channels.sms.receiving import Receiving
from bot.channels.sms.record import Record
from bot.channels.sms.sending import SmsPost
from bot.conversations.intake import Received

log = structlog.get_logger()
LATE_SECONDS = 30.0
Arrived = Callable[[Received], None]
MakeKeeper = Callable[[Callable[[bytes], Awaitable[None]]], Keeper]


@dataclass(frozen=True)
class SmsChannel:
    """`keep` makes the keeper of a standing connection from what takes its frames; None for carriers over HTTP."""

    driver: SmsDriver
    post: SmsPost
    receiving: Receiving
    record: Record
    keep: MakeKeeper | None = None

    async def take(self, call: Call, arrived: Arrived, *, proven: bool | None = None) -> None:
        """Stores what a carrier tells: reports and texts. Raises Forged or Unreadable before anything is stored."""
        reports, texts = self.driver.parse_receipt(call), self.driver.parse_inbound(call)
        vouched = self.driver.proves_sender if proven is None else proven
        for report in reports:
            await to_thread.run_sync(self.record.reported, report)
        for text in texts:
            received = await to_thread.run_sync(partial(self.receiving.receive, text, proven=vouched))
            if received is not None:
                arrived(received)

    async def run(self, arrived: Arrived) -> None:
        """Until cancelled. Sending stops before the line is given up, so that no answer is lost by our own leaving."""

        async def frame(body: bytes) -> None:
            await self.take(Call(body), arrived)

        kept = [asyncio.create_task(self.keep(frame).run())] if self.keep is not None else []
        working = [asyncio.create_task(job) for job in (self.post.run(), self._late(arrived))]
        try:
            await asyncio.gather(*working, *kept)
        finally:
            for tasks in (working, kept):
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _late(self, arrived: Arrived) -> None:
        """Hands over what there is of long texts whose other parts never came."""
        while True:
            await asyncio.sleep(LATE_SECONDS)
            try:
                for received in await to_thread.run_sync(self.receiving.receive_late):
                    arrived(received)
            except Exception as error:
                log.error("sms_late_failed", error=type(error).__name__)
