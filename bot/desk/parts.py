"""What the desk is built of; the gateway plugs it together."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.billing import Billing
from bot.clock import Clock
from bot.conversations.board import Board
from bot.conversations.handling import Handling
from bot.conversations.service import Conversations
from bot.fieldwork import Fieldwork
from bot.identity import Identity
from bot.staff import Staff
from bot.supplier import OnDuty, Supplier, always


class Changes(Protocol):
    """Wakes open streams of this process; every stream looks again by itself as well."""

    def tell(self, conversation_id: str) -> None: ...

    def watch_all(self) -> AbstractContextManager[asyncio.Event]: ...


@dataclass(frozen=True)
class Parts:
    """`wake` has the bot look at a conversation again; `public_url` is empty where the supplier has set none.

    `phones_elsewhere`: registered phones are those of the supplier's own service, and are changed there.
    """

    staff: Staff
    conversations: Conversations
    handling: Handling
    board: Board
    identity: Identity
    billing: Billing
    fieldwork: Fieldwork
    supplier: Callable[[], Supplier]
    clock: Clock
    changes: Changes
    wake: Callable[[str], None]
    public_url: str = ""
    phones_elsewhere: bool = False
    duty: OnDuty = always
