"""Customers in a closed or an open loop, and what they waited."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

SAYINGS = ("阶梯电价怎么算", "过户要什么材料", "校表要多久", "投诉几天答复")
Ask = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Result:
    """Waits in milliseconds, and how many messages were answered in a second."""

    p50: float
    p95: float
    per_second: float

    @classmethod
    def of(cls, waits: Sequence[float], seconds: float) -> "Result":
        ordered = sorted(waits)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return cls(statistics.median(ordered) * 1000, p95 * 1000, len(ordered) / seconds)


async def closed_loop(customers: Sequence[Ask], messages: int) -> Result:
    """Each customer asks again as soon as the answer is there."""
    waits: list[float] = []

    async def talk(ask: Ask) -> None:
        for number in range(messages):
            waits.append(await timed(ask, SAYINGS[number % len(SAYINGS)]))

    began = time.perf_counter()
    await asyncio.gather(*(talk(ask) for ask in customers))
    return Result.of(waits, time.perf_counter() - began)


async def open_loop(customers: Sequence[Ask], per_second: float, messages: int) -> Result:
    """Messages arrive at a fixed rate, whether or not earlier ones have been answered."""
    waits: list[float] = []
    began = time.perf_counter()

    async def one(number: int) -> None:
        arrives = number / per_second
        await asyncio.sleep(max(0.0, began + arrives - time.perf_counter()))
        await customers[number % len(customers)](SAYINGS[number % len(SAYINGS)])
        waits.append(time.perf_counter() - began - arrives)

    await asyncio.gather(*(one(number) for number in range(messages)))
    return Result.of(waits, time.perf_counter() - began)


async def timed(ask: Ask, text: str) -> float:
    began = time.perf_counter()
    await ask(text)
    return time.perf_counter() - began
