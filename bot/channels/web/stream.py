"""Server-sent events of one conversation: each message once, in order, and the state when it changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from anyio import to_thread
from sse_starlette import ServerSentEvent

from bot.channels.changes import Changes
from bot.channels.web.wire import message_json, state_json
from bot.conversations.service import Conversations

POLL_SECONDS = 2.0


async def events(
    conversations: Conversations, changes: Changes, conversation_id: str, after: int
) -> AsyncIterator[bytes]:
    """Yields until the reader leaves, what one look finds in one piece.

    `id` of a message event is its number, so `Last-Event-ID` resumes exactly.
    """
    last_state: dict[str, object] = {}
    with changes.watch(conversation_id) as changed:
        while True:
            changed.clear()
            view = await to_thread.run_sync(conversations.view, conversation_id, after)
            found = [_event("message", message_json(message), message.seq) for message in view.messages]
            after = view.messages[-1].seq if view.messages else after
            state = state_json(view)
            if not view.more and state != last_state:
                last_state = state
                found.append(_event("state", state))
                if view.busy:
                    found.append(_event("typing", {"author": "bot"}))
            if found:
                yield b"".join(found)
            if not view.more:
                await _wait(changed)


def _event(name: str, data: dict[str, Any], number: int | None = None) -> bytes:
    told = json.dumps(data, ensure_ascii=False)
    return ServerSentEvent(told, event=name, id=None if number is None else str(number)).encode()


async def _wait(changed: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(changed.wait(), POLL_SECONDS)
    except TimeoutError:
        return
