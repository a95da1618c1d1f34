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
    seen = _told(await anext(stream))
    room.say(conversation, "谢谢")
    changes.tell(conversation)
    seen += _told(await anext(stream))
    await stream.aclose()
    resumed = events(room.conversations, changes, conversation, 2)
    assert _told(await anext(resumed))[0]["event"] == "state"
    await resumed.aclose()
    return seen


def _told(piece: bytes) -> list[dict[str, str]]:
    """The events of one piece of the stream, each by the names of its fields."""
    told = piece.decode().strip().split("\r\n\r\n")
    return [dict(line.split(": ", 1) for line in event.splitlines()) for event in told]
