"""The way out: takes texts from the outbox, several conversations side by side, and hands them to the carrier."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from anyio import to_thread

from bot.channels.sms.contacts import SMS
from bot.channels.sms.driver import AnswerLost, Content, Receipt, SmsDriver, Throttled
from bot.channels.sms.numbers import e164
from bot.channels.sms.owed import Wishes
from bot.channels.sms.record import Record
from bot.conversations.carriers import Parcel
from bot.conversations.outbox import Outbox
from bot.errors import LamplighterError

log = structlog.get_logger()
AT_ONCE = 16
POLL_SECONDS = 0.5
STOP_SECONDS = 2.0
SLOWER_SECONDS = (1.0, 2.0, 4.0)  # a carrier that wants us slower is waited for; then the outbox waits longer
Sleep = Callable[[float], Awaitable[None]]


class Compose(Protocol):
    def __call__(self, parcel: Parcel) -> list[Content]:
        """What a parcel is handed over as. Raises NotCarried where this carrier cannot say it."""


class SmsPost:
    def __init__(
        self,
        outbox: Outbox,
        wishes: Wishes,
        record: Record,
        driver: SmsDriver,
        compose: Compose,
        region: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._wishes = wishes
        self._record = record
        self._driver = driver
        self._compose = compose
        self._region = region
        self._sleep = sleep

    async def run(self) -> None:
        """Until cancelled. While the carrier cannot be reached nothing is taken: what waits loses no attempts."""
        while True:
            try:
                sent = await self._whole_round() if self._driver.ready else 0
            except Exception as error:
                log.error("sms_post_failed", error=type(error).__name__)
                sent = 0
            await self._sleep(0 if sent else POLL_SECONDS)

    async def _whole_round(self) -> int:
        """A stop waits for what is being handed over: an answer not waited for would be an answer lost."""
        going = asyncio.create_task(self.round())
        try:
            return await asyncio.shield(going)
        except asyncio.CancelledError:
            await asyncio.wait({going}, timeout=STOP_SECONDS)
            going.cancel()
            raise

    async def round(self) -> int:
        """Hands over what is due; how many texts were tried."""
        parcels = await to_thread.run_sync(self._outbox.take, [SMS], AT_ONCE)
        await asyncio.gather(*(self._carry(parcel) for parcel in parcels))
        return len(parcels)

    async def _carry(self, parcel: Parcel) -> None:
        try:
            await to_thread.run_sync(self._wishes.respect, parcel)
            contents = self._compose(parcel)
            for number, content in enumerate(contents, 1):
                await self._hand_over(parcel, number, len(contents), content)
        except LamplighterError as error:
            log.warning("sms_not_carried", delivery_id=parcel.id, code=error.code, detail=error.detail)
            await to_thread.run_sync(self._outbox.failed, parcel, error)
        else:
            await to_thread.run_sync(self._outbox.sent, parcel, parcel.id)
            await to_thread.run_sync(self._record.conclude, parcel.id)

    async def _hand_over(self, parcel: Parcel, number: int, of: int, content: Content) -> None:
        if not await to_thread.run_sync(self._record.begin, parcel.id, number, of):
            return
        try:
            receipt = await self._send(e164(parcel.address, self._region), content, parcel.id)
        except AnswerLost:
            raise  # the part stays on its way: nobody knows
        except LamplighterError:
            await to_thread.run_sync(self._record.refused, parcel.id, number)
            raise
        await to_thread.run_sync(self._record.taken, parcel.id, number, receipt)

    async def _send(self, to: str, content: Content, message_id: str) -> Receipt:
        for seconds in SLOWER_SECONDS:
            try:
                return await self._driver.send(to, content, message_id)
            except Throttled as slower:
                if slower.retry_after is not None:
                    raise
                await self._sleep(seconds)
        return await self._driver.send(to, content, message_id)
