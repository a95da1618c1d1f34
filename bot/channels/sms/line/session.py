"""One connection to a carrier: login, a window of unanswered texts, heartbeats, deliveries answered once stored."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import structlog

from bot.channels.sms.driver import AnswerLost, Receipt, Text, Unreadable
from bot.channels.sms.line.dialect import Dialect
from bot.channels.sms.line.frames import NoFrame, read_frame
from bot.conversations.carriers import NotCarried
from bot.errors import Unavailable

log = structlog.get_logger()
HIGHEST = 0x7FFFFFFF
WAITING_DELIVERIES = 100
LEAVE_SECONDS = 1.0
Take = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True)
class Pace:
    """`window`: texts that may be unanswered. `patience`: seconds for an answer. `heartbeat`: seconds between two."""

    window: int = 16
    patience: float = 10.0
    heartbeat: float = 30.0


class Line:
    """An admitted session. `take` stores a delivery: only then is it answered, and Unreadable ones are refused."""

    def __init__(
        self, dialect: Dialect, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Take, pace: Pace
    ) -> None:
        self._dialect = dialect
        self._reader = reader
        self._writer = writer
        self._take = take
        self._pace = pace
        self._window = asyncio.Semaphore(pace.window)
        self._sequence = 0
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._deliveries: asyncio.Queue[bytes] = asyncio.Queue(WAITING_DELIVERIES)
        self._open = True

    @classmethod
    async def connect(
        cls, dialect: Dialect, host: str, port: int, take: Take, pace: Pace, *, tls: bool = False
    ) -> Self:
        """Connects and logs in. Raises Refused, or another Unavailable where nobody answers as a carrier does."""
        try:
            async with asyncio.timeout(pace.patience):
                reader, writer = await asyncio.open_connection(host, port, ssl=tls or None)
        except (OSError, TimeoutError) as error:
            raise Unavailable("连不上短信网关", code="unreachable", detail=type(error).__name__) from error
        line = cls(dialect, reader, writer, take, pace)
        try:
            await line._log_in()
        except BaseException:
            await line.hang_up()
            raise
        return line

    async def _log_in(self) -> None:
        try:
            async with asyncio.timeout(self._pace.patience):
                self._writer.write(self._dialect.login(self._next()))
                await self._writer.drain()
                self._dialect.admitted(await read_frame(self._reader, self._dialect.shortest))
        except (OSError, EOFError, TimeoutError, NoFrame, Unreadable) as error:
            raise Unavailable("短信网关没有应答登录", code="no_login", detail=type(error).__name__) from error

    async def serve(self) -> str:
        """Serves until the connection ends; the reason. What is unanswered then has an uncertain fate."""
        jobs = [asyncio.create_task(job()) for job in (self._read, self._deliver, self._beat)]
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            self._open = False
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await self.hang_up()

    async def submit(self, to: str, text: Text) -> Receipt:
        """Hands one text over. Raises NotCarried before it was written, AnswerLost after."""
        async with self._window:
            answer = await self._ask(lambda sequence: self._dialect.submit(sequence, to, text))
        try:
            return self._dialect.taken(answer)
        except Unreadable as error:
            raise AnswerLost(str(error)) from error

    async def close(self) -> None:
        """Takes leave and hangs up."""
        with suppress(NotCarried, TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._ask(self._dialect.goodbye)
        await self.hang_up()

    async def hang_up(self) -> None:
        self._open = False
        for future in self._asked.values():
            if not future.done():
                future.set_exception(AnswerLost("connection ended"))
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _ask(self, frame: Callable[[int], bytes]) -> bytes:
        if not self._open:
            raise NotCarried("retry", "line_down")
        sequence = self._next()
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[sequence] = future
        try:
            self._writer.write(frame(sequence))
            async with asyncio.timeout(self._pace.patience):
                await self._writer.drain()
                return await future
        except (OSError, TimeoutError) as error:
            raise AnswerLost(type(error).__name__) from error
        finally:
            del self._asked[sequence]

    def _next(self) -> int:
        self._sequence = self._sequence % HIGHEST + 1
        return self._sequence

    async def _read(self) -> str:
        while True:
            try:
                frame = await read_frame(self._reader, self._dialect.shortest)
            except NoFrame as error:
                return f"no frame: {error}"
            except (EOFError, OSError) as error:
                return type(error).__name__
            head = self._dialect.head(frame)
            if head.role == "answer":
                future = self._asked.get(head.sequence)
                if future is not None and not future.done():
                    future.set_result(frame)
            elif head.role == "delivery":
                await self._deliveries.put(frame)
            else:
                self._reply(frame)
                if head.role == "goodbye":
                    return "goodbye"

    async def _deliver(self) -> str:
        """In their order, one at a time. What could not be stored is not answered, and the carrier brings it again."""
        while True:
            frame = await self._deliveries.get()
            try:
                await self._take(frame)
            except Unreadable as error:
                log.warning("sms_delivery_unreadable", carrier=self._dialect.name, detail=str(error))
                self._reply(frame, understood=False)
            except Exception as error:
                log.error("sms_delivery_not_stored", carrier=self._dialect.name, error=type(error).__name__)
            else:
                self._reply(frame)

    async def _beat(self) -> str:
        while True:
            await asyncio.sleep(self._pace.heartbeat)
            try:
                await self._ask(self._dialect.heartbeat)
            except NotCarried as error:
                return f"no heartbeat: {error.detail}"

    def _reply(self, frame: bytes, *, understood: bool = True) -> None:
        answer = self._dialect.reply(frame, understood=understood)
        if answer is not None:
            self._writer.write(answer)
