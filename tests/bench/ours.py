"""Customers of ours on the web chat API: a message is posted, the answer arrives on the stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from tests.bench.load import Ask


@asynccontextmanager
async def customers(url: str, count: int) -> AsyncIterator[list[Ask]]:
    async with AsyncExitStack() as exits:
        yield [await exits.enter_async_context(_customer(url)) for _ in range(count)]


@asynccontextmanager
async def _customer(url: str) -> AsyncIterator[Ask]:
    cookies = aiohttp.CookieJar(unsafe=True)  # of a host that is an address
    async with aiohttp.ClientSession(url, cookie_jar=cookies) as http:
        await http.post("/chat/api/session", json={})
        answered: asyncio.Queue[int] = asyncio.Queue()
        reader = asyncio.create_task(_read(http, answered))
        await answered.get()

        async def ask(text: str) -> None:
            async with http.post("/chat/api/messages", json={"text": text}, raise_for_status=True) as posted:
                sent = (await posted.json())["message_id"]
            while await answered.get() <= sent:
                pass

        try:
            yield ask
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


async def _read(http: aiohttp.ClientSession, answered: "asyncio.Queue[int]") -> None:
    async with http.get("/chat/api/stream", timeout=aiohttp.ClientTimeout(total=None)) as stream:
        async for line in stream.content:
            if line.startswith(b"data:") and b'"author": "bot"' in line and b'"id"' in line:
                await answered.put(json.loads(line[5:])["id"])
