"""Wakes the open streams of this process when a conversation changes. Only a shortcut: every stream polls as well."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Changes:
    def __init__(self) -> None:
        self._watching: dict[str, set[asyncio.Event]] = defaultdict(set)

    def tell(self, conversation_id: str) -> None:
        for event in self._watching.get(conversation_id, ()):
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
