"""`make bench`: latency and messages per second through the web chat API, beside a minimal stock Rasa bot.

Both are measured in the same run on the same machine, so the ratio is what counts. The customers share the machine
with what is measured: they are as light as can be, and the same for both. Not a test: nothing depends on it.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.bench import ours, stock_bot
from tests.bench.load import SAYINGS, Result, closed_loop, open_loop, timed
from tests.stack import Stack

MESSAGES = 40
LATE_TURN = 500


async def loops(customers, url: str) -> dict[int, Result]:  # type: ignore[no-untyped-def]
    results = {}
    for count in (1, 8, 16):
        async with customers(url, count) as asks:
            await closed_loop(asks, 4)
            results[count] = await closed_loop(asks, MESSAGES)
    return results


async def steady(url: str) -> Result:
    async with ours.customers(url, 40) as asks:
        return await open_loop(asks, 20, 600)


async def long_conversation(url: str) -> tuple[float, float]:
    """Median wait around turn 5 and around turn 500 of one conversation, in milliseconds."""
    async with ours.customers(url, 1) as (ask,):
        waits = [await timed(ask, SAYINGS[number % len(SAYINGS)]) for number in range(LATE_TURN + 10)]
    early, late = sorted(waits[5:25]), sorted(waits[-20:])
    return early[10] * 1000, late[10] * 1000


def main() -> None:
    with stock_bot.running() as url:
        stock = asyncio.run(loops(stock_bot.customers, url))
    settings = {"LAMPLIGHTER_MESSAGES_PER_MINUTE": "1000000"}
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Stack(Path(folder), **settings) as stack:
        mine = asyncio.run(loops(ours.customers, stack.url))
        flow = asyncio.run(steady(stack.url))
        early, late = asyncio.run(long_conversation(stack.url))
    print("customers   stock p50/p95 ms, msg/s      ours p50/p95 ms, msg/s      ratio of msg/s")
    for count, base in stock.items():
        own = mine[count]
        print(f"{count:9}   {_row(base):26}   {_row(own):26}   {own.per_second / base.per_second:.2f}")
    print(f"20 messages a second, open loop: p50 {flow.p50:.0f} ms, p95 {flow.p95:.0f} ms")
    print(f"turn {LATE_TURN} against turn 5: {late:.1f} / {early:.1f} ms = {late / early:.2f}")


def _row(result: Result) -> str:
    return f"{result.p50:6.0f} / {result.p95:6.0f}, {result.per_second:6.1f}"


if __name__ == "__main__":
    main()
