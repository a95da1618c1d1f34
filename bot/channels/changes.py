"""Wakes the open streams of this process when a conversation changes. Only a shortcut: every stream polls as well."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    def __init__(self) -> None:
        self._watching: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._watching_all: set[asyncio.Event] = set()

    def tell(self, conversation_id: str) -> None:
        for event in (*self._watching.get(conversation_id, ()), *self._watching_all):
            event.set()

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._watching[conversation_id].add(event)
        try:
            yield event
        finally:
            self._watching[conversation_id].discard(event)
            if not self._watching[conversation_id]:
                del self._watching[conversation_id]

    @contextmanager
    def watch_all(self) -> Iterator[asyncio.Event]:
        """Set on every change of any conversation."""
        event = asyncio.Event()
        self._watching_all.add(event)
        try:
            yield event
        finally:
            self._watching_all.discard(event)
