"""The one interface to every SMS carrier, and what passes through it.

SmsDriver
├── twilio    HTTP, signed webhooks
├── aliyun    HTTP, approved templates only
├── cmpp      CMPP 2.0 over one standing connection (the supplier's own number at 移动)
└── smpp      SMPP 3.4 over one standing connection (abroad, or an aggregator)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.sms.parts import Alphabet, cut
from bot.conversations.carriers import NotCarried

REFERENCES = 256  # a long message is named by one octet


@dataclass(frozen=True)
class Text:
    """Words to be sent, signed. Carriers that speak with the network itself get them in its parts, all of one `ref`."""

    body: str
    alphabet: Alphabet = "ucs2"
    number: int = 1
    of: int = 1
    ref: int = 0


@dataclass(frozen=True)
class Template:
    """An approved text by the carrier's own code, and what to put into its places."""

    code: str
    variables: Mapping[str, str]


Content = Text | Template


@dataclass(frozen=True)
class Receipt:
    """The carrier has taken it and will report on it by this name."""

    ref: str


@dataclass(frozen=True)
class Report:
    """What the carrier says later of something it took. `arrived` is None while it is still on its way.

    `code` is the network's own word for it (DELIVRD, 30005).
    """

    ref: str
    arrived: bool | None
    code: str


@dataclass(frozen=True)
class Inbound:
    """A text from a customer, or one part of it.

    `id` is the carrier's name for this delivery; None where it gives none. `sender` is as the carrier wrote it.
    """

    id: str | None
    sender: str
    text: str
    number: int = 1
    of: int = 1
    ref: int = 0


@dataclass(frozen=True)
class Call:
    """What a carrier said to us: an HTTP request, or one frame of a standing connection (then only `body`)."""

    body: bytes
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


class Forged(Exception):
    """The call does not come from the carrier."""


class Unreadable(Exception):
    """The call comes from the carrier and cannot be understood; the message names what, never the contents."""


class AnswerLost(NotCarried):
    """Written to the carrier and never answered: it may have been taken, and sending again may send it twice."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("retry", "answer_lost", detail=detail)


class Throttled(NotCarried):
    """The carrier wants us to go slower."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__("retry", code, retry_after=retry_after)


class SmsDriver(Protocol):
    """`free_text`: may carry any words; otherwise approved templates alone.

    `proves_sender`: its calls are authenticated, so that the sender's number proves the phone (identity level 1).
    """

    name: str
    free_text: bool
    proves_sender: bool

    @property
    def ready(self) -> bool:
        """Whether a text can be handed over now."""

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        """What a signed text is handed over as: whole, or in the network's parts."""

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        """Hands one piece over. `to` is in E.164 form (+86…), `message_id` our name for it.

        Raises AnswerLost, Throttled or NotCarried.
        """

    def parse_inbound(self, call: Call) -> list[Inbound]:
        """The texts in a call; empty where it holds none. Raises Forged or Unreadable."""

    def parse_receipt(self, call: Call) -> list[Report]:
        """The reports in a call; empty where it holds none. Raises Forged or Unreadable."""


def whole(text: str) -> list[Text]:
    return [Text(text)]


def in_parts(text: str, message_id: str) -> list[Text]:
    """The network's parts; the same message has the same reference whoever sends it, and whenever."""
    ref = sum(message_id.encode()) % REFERENCES
    return [Text(part.text, part.alphabet, part.number, part.of, ref) for part in cut(text)]
