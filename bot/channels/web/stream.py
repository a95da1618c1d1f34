"""Server-sent events of one conversation: each message once, in order, and the state when it changes."""

import asyncio
import json
from collections.abc import AsyncIterator

from anyio import to_thread

from bot.channels.changes import Changes
from bot.channels.web.wire import message_json, state_json
from bot.conversations.service import Conversations

POLL_SECONDS = 2.0


async def events(
    conversations: Conversations, changes: Changes, conversation_id: str, after: int
) -> AsyncIterator[dict[str, str]]:
    """Yields until the reader leaves; `id` of a message event is its number, so `Last-Event-ID` resumes exactly."""
    last_state: dict[str, object] = {}
    with changes.watch(conversation_id) as changed:
        while True:
            changed.clear()
            view = await to_thread.run_sync(conversations.view, conversation_id, after)
            for message in view.messages:
                after = message.seq
                yield {
                    "event": "message",
                    "id": str(after),
                    "data": json.dumps(message_json(message), ensure_ascii=False),
                }
            if view.more:
                continue
            state = state_json(view)
            if state != last_state:
                last_state = state
                yield {"event": "state", "data": json.dumps(state)}
                if view.busy:
                    yield {"event": "typing", "data": json.dumps({"author": "bot"})}
            await _wait(changed)


async def _wait(changed: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(changed.wait(), POLL_SECONDS)
    except TimeoutError:
        return
