"""The way out of a channel: what it is given, and how it says that it could not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.errors import LamplighterError

Cure = Literal["retry", "refresh", "wait", "give_up"]


@dataclass(frozen=True)
class Parcel:
    """One text for one address. `text` is the whole answer, its options numbered at the end.

    `kind` and `data` are those of the card (`{"kind": "ticket", …}`) or of a notice (`one_time_code` with `code`), for
    channels that send by approved templates. `options` are `{id, title}` in their order, for channels with menus.
    `parts` are the ids of all texts in it, where the channel wants several said at once in one (Outbox.merge).
    """

    id: str
    channel: str
    address: str
    kind: str
    text: str
    attempts: int
    data: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[Mapping[str, str], ...] = ()
    conversation_id: str | None = None
    urgent: bool = False
    parts: tuple[str, ...] = ()


class NotCarried(LamplighterError):
    """The channel did not take it. `cure` says what helps:

        retry     trying again after a pause
        refresh   trying again at once, with fresh credentials
        wait      the customer must write first: tried again after `Outbox.wake`, given up after two days
        give_up   nothing

    `code` is the reason that stays on record (the channel's own error number, say). `retry_after`: seconds, where the
    channel says so.
    """

    def __init__(self, cure: Cure, code: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__("消息没有送出", code=code, detail=detail)
        self.cure = cure
        self.retry_after = retry_after
        self.permanent = cure == "give_up"


class Carrier(Protocol):
    """A channel's way out."""

    def send(self, parcel: Parcel) -> str | None:
        """Hands it over, within a few seconds; the channel's name for it, if reports will come by that name.

        Raises NotCarried, or any LamplighterError: `permanent` says whether trying again can help. The same parcel may
        come again when this process died before the outcome was stored: `parcel.id` names it.
        """
