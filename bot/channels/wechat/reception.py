"""What each push of WeChat means, and what is answered within its call: WeChat waits five seconds, then asks again.

An answer that is ready in time goes out in the call and costs nothing. Else the customer is told at once that it is
being worked on, and the answer follows as a customer-service message.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from anyio import to_thread

from bot.channels.changes import Changes
from bot.channels.inbox import Inbox
from bot.channels.wechat.grants import Grants
from bot.channels.wechat.media import CHANNEL, Media
from bot.channels.wechat.push import Push
from bot.channels.wechat.quota import Quota
from bot.channels.wechat.words import word
from bot.conversations.intake import MAX_CHARACTERS, InboundMessage, Received
from bot.conversations.joining import Joining, read_join_code
from bot.conversations.outbox import Outbox
from bot.conversations.turns import Turns
from bot.conversations.wordless import Wordless
from bot.errors import Conflict, InvalidInput, RateLimited
from bot.replies.cards import Card, Option
from bot.replies.cards.handoff import JoinAsked, Joined, JoinRefused
from bot.replies.cards.pictures import Followed, Unreadable, UnreadableReceived, Voice, VoiceUnclear
from bot.replies.titles import title
from bot.storage.engine import Database

log = structlog.get_logger()
CALL_SECONDS = 4.5  # so long answers are left to the call
PATIENCE_SECONDS = 4.0  # so long the call waits for one
LOOK_SECONDS = 0.5  # another process may have answered


class Following(Protocol):
    """What a follower has bound."""

    def bind_joined(self, openid: str, conversation_id: str) -> str: ...
    def left(self, openid: str) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What the reception works with."""

    db: Database
    inbox: Inbox
    changes: Changes
    wordless: Wordless
    outbox: Outbox
    turns: Turns
    quota: Quota
    grants: Grants
    media: Media
    greeting: Callable[[], Card]
    joining: Joining
    followers: Following


class Reception:
    def __init__(self, desk: Desk, patience: float = PATIENCE_SECONDS) -> None:
        self._desk = desk
        self._patience = patience
        self._kinds: dict[str, Callable[[Push], Awaitable[str | None]]] = {
            "text": self._text,
            "voice": self._voice,
            "image": self._image,
            "location": self._location,
            "video": self._unreadable,
            "shortvideo": self._unreadable,
            "link": self._unreadable,
            "file": self._unreadable,
            "event.subscribe": self._followed,
            "event.unsubscribe": self._left,
            "event.click": self._clicked,
            "event.scan": self._opened_by_event,
            "event.templatesendjobfinish": self._reported,
            "event.subscribe_msg_popup_event": self._subscribed,
            "event.subscribe_msg_change_event": self._subscribed,
        }

    async def take(self, push: Push) -> str | None:
        """Takes a push in; the text to answer in the call, None for none."""
        handler = self._kinds.get(push.kind)
        if handler is None:
            log.info("wechat_push_passed_over", kind=push.kind)
            return None
        try:
            return await handler(push)
        except RateLimited as limited:
            return limited.message

    async def _text(self, push: Push) -> str | None:
        option = push.get("bizmsgmenuid")
        if option:
            try:
                return await self._said(push, InboundMessage(option=option, **_from(push)))
            except Conflict:
                pass  # an old menu: its words are read instead
        code = read_join_code(push.get("Content"))
        if code is not None:
            return await self._join(push, code)
        return await self._words(push, push.get("Content"))

    async def _join(self, push: Push, code: str) -> str | None:
        """On with the conversation of the web: from here on this follower's words belong to it."""
        known = await to_thread.run_sync(self._desk.inbox.known, CHANNEL, push.delivery_id)
        if known is not None:
            return await self._answer(known)
        outcome, conversation_id = await to_thread.run_sync(self._desk.joining.join, CHANNEL, push.sender, code)
        reply: Card
        if outcome == "joined":
            bound = await to_thread.run_sync(self._desk.followers.bind_joined, push.sender, conversation_id)
            reply = Joined(bound=bound)
        else:
            reply = JoinRefused(reason=outcome)
        return await self._answer(await self._wordless(push, JoinAsked(), reply))

    async def _voice(self, push: Push) -> str | None:
        """With WeChat's recognition like a text; without, the recording is kept and words are asked for."""
        words, media_id = push.get("Recognition"), push.get("MediaId")
        if words:
            received = await self._receive(push, InboundMessage(text=words[:MAX_CHARACTERS], **_from(push)))
        else:
            call_back = Option(title=title("call_me"), intent="request_human")
            received = await self._wordless(push, Voice(), VoiceUnclear(options=[call_back]))
        if received.new and media_id:
            await to_thread.run_sync(self._desk.media.want, push.delivery_id, push.sender, media_id, received)
        return await self._answer(received)

    async def _image(self, push: Push) -> str | None:
        """Fetched after the call; what is said of it goes out then."""
        await self._opened(push, by_message=True)
        await to_thread.run_sync(self._desk.media.want, push.delivery_id, push.sender, push.get("MediaId"))
        return None

    async def _location(self, push: Push) -> str | None:
        label, x, y = push.get("Label"), push.get("Location_X"), push.get("Location_Y")
        return await self._words(push, word("place", label=label) if label else word("coordinates", x=x, y=y))

    async def _unreadable(self, push: Push) -> str | None:
        return await self._answer(await self._wordless(push, Unreadable(), UnreadableReceived()))

    async def _followed(self, push: Push) -> str | None:
        received = await self._wordless(push, Followed(), self._desk.greeting(), by_message=False)
        return await self._answer(received)

    async def _left(self, push: Push) -> str | None:
        await to_thread.run_sync(self._desk.followers.left, push.sender)
        return None

    async def _clicked(self, push: Push) -> str | None:
        """The key of a menu button is what the click says for the customer."""
        return await self._words(push, push.get("EventKey"), by_message=False)

    async def _opened_by_event(self, push: Push) -> str | None:
        await self._opened(push, by_message=False)
        return None

    async def _reported(self, push: Push) -> str | None:
        status, name = push.get("Status"), push.get("MsgID")
        arrived = status == "success"

        def report() -> None:
            self._desk.outbox.report(CHANNEL, name, arrived=arrived, reason=status[:64])

        await to_thread.run_sync(report)
        return None

    async def _subscribed(self, push: Push) -> str | None:
        for entry in push.groups:
            template = entry.get("TemplateId", "")
            accepted = entry.get("SubscribeStatusString") == "accept"
            change = self._desk.grants.give if accepted else self._desk.grants.withdraw
            if template:
                await to_thread.run_sync(change, push.sender, template)
        return None

    async def _words(self, push: Push, words: str, *, by_message: bool = True) -> str | None:
        inbound = InboundMessage(text=words[:MAX_CHARACTERS], **_from(push))
        try:
            return await self._said(push, inbound, by_message=by_message)
        except InvalidInput:
            return None  # nothing readable in it

    async def _said(self, push: Push, inbound: InboundMessage, *, by_message: bool = True) -> str | None:
        return await self._answer(await self._receive(push, inbound, by_message=by_message))

    async def _receive(self, push: Push, inbound: InboundMessage, *, by_message: bool = True) -> Received:
        received = await self._desk.inbox.take(inbound)
        await self._opened(push, by_message=by_message)
        return received

    async def _wordless(self, push: Push, said: Card, reply: Card, *, by_message: bool = True) -> Received:
        inbound = InboundMessage(**_from(push))
        received = await to_thread.run_sync(self._desk.wordless.receive, inbound, said, reply)
        self._desk.inbox.arrived(received)
        await self._opened(push, by_message=by_message)
        return received

    async def _opened(self, push: Push, *, by_message: bool) -> None:
        """WeChat lets us write again, and what waited for that is due."""

        def note() -> None:
            with self._desk.db.write() as session:
                self._desk.quota.opened(session, push.sender, push.created, by_message=by_message)
                self._desk.outbox.wake(session, CHANNEL, push.sender)

        await to_thread.run_sync(note)

    async def _answer(self, received: Received) -> str | None:
        """What this call carries away. The safety words do not wait for the dialogue."""
        conversation_id, seq = received.conversation_id, received.seq
        if not received.new:
            before = await to_thread.run_sync(self._desk.outbox.carried, conversation_id, seq)
            if before is not None:
                return before.text
        if received.hazard is None and received.for_bot and not await self._settled(conversation_id, seq):
            await to_thread.run_sync(self._desk.turns.tell_delayed, received)
        parcel = await to_thread.run_sync(self._desk.outbox.answers, CHANNEL, conversation_id, seq)
        return None if parcel is None else parcel.text

    async def _settled(self, conversation_id: str, seq: int) -> bool:
        """Waits until the message is answered, as long as the call can wait."""
        until = time.monotonic() + self._patience
        with self._desk.changes.watch(conversation_id) as changed:
            while not await to_thread.run_sync(self._desk.turns.settled, conversation_id, seq):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                changed.clear()
                await _wait(changed, min(left, LOOK_SECONDS))
        return True


def _from(push: Push) -> dict[str, str]:
    return {"channel": CHANNEL, "address": push.sender, "client_id": push.delivery_id}


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return
