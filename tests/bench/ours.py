"""Customers of ours on the web chat API: a message is posted, the answer arrives on the stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from tests.bench.load import Ask


@asynccontextmanager
async def customers(url: str, count: int) -> AsyncIterator[list[Ask]]:
    async with AsyncExitStack() as exits:
        yield [await exits.enter_async_context(_customer(url)) for _ in range(count)]


@asynccontextmanager
async def _customer(url: str) -> AsyncIterator[Ask]:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=120) as http:
        await http.post("/chat/api/session", json={})
        answered: asyncio.Queue[int] = asyncio.Queue()
        reader = asyncio.create_task(_read(http, answered))
        await answered.get()

        async def ask(text: str) -> None:
            sent = (await http.post("/chat/api/messages", json={"text": text})).raise_for_status().json()["message_id"]
            while await answered.get() <= sent:
                pass

        try:
            yield ask
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


async def _read(http: httpx.AsyncClient, answered: "asyncio.Queue[int]") -> None:
    async with http.stream("GET", "/chat/api/stream") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:") and '"author": "bot"' in line and '"id"' in line:
                await answered.put(json.loads(line[5:])["id"])
