"""Where every channel outside the web hands its messages in: stored, the streams told, the bot woken."""

from collections.abc import Callable

from anyio import to_thread

from bot.channels.changes import Changes
from bot.conversations.intake import InboundMessage, Received
from bot.conversations.service import Conversations


class Inbox:
    def __init__(self, conversations: Conversations, changes: Changes, wake: Callable[[str], None]) -> None:
        self._conversations = conversations
        self._changes = changes
        self._wake = wake

    async def take(self, inbound: InboundMessage) -> Received:
        """Stores the message; on danger the safety words are on their way before this returns.

        RateLimited and InvalidInput change nothing: their `message` may be told to the customer.
        """
        received = await to_thread.run_sync(self._conversations.receive, inbound)
        self.arrived(received)
        return received

    def known(self, channel: str, delivery_id: str) -> Received | None:
        """What a delivery that came before was stored as."""
        return self._conversations.delivered(channel, delivery_id)

    def arrived(self, received: Received) -> None:
        self._changes.tell(received.conversation_id)
        if received.new and received.for_bot:
            self._wake(received.conversation_id)
