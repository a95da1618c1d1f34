"""The stream: each message once and in order, the state when it changes, resumed after the last one seen."""

import asyncio
import json

from bot.channels.changes import Changes
from bot.channels.web.stream import events
from tests.conversations.conftest import Room, make_room


def test_the_stream_tells_what_is_new_and_resumes(db, clock) -> None:  # type: ignore[no-untyped-def]
    room = make_room(db, clock)
    seen = asyncio.run(_watch(room))
    assert [e["id"] for e in seen if e["event"] == "message"] == ["1", "2"]
    assert [json.loads(e["data"])["busy"] for e in seen if e["event"] == "state"] == [False, True]
    assert seen[-1]["event"] == "typing"


async def _watch(room: Room) -> list[dict[str, str]]:
    conversation, changes = room.start(), Changes()
    stream = events(room.conversations, changes, conversation, 0)
    seen = [await anext(stream), await anext(stream)]
    room.say(conversation, "谢谢")
    changes.tell(conversation)
    seen += [await anext(stream) for _ in range(3)]
    await stream.aclose()
    resumed = events(room.conversations, changes, conversation, 2)
    assert (await anext(resumed))["event"] == "state"
    await resumed.aclose()
    return seen
