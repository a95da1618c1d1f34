"""What CMPP and SMPP have in common: frames with a command and a number, a login, texts and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.channels.sms.driver import Call, Inbound, Receipt, Report, Text
from bot.errors import Unavailable

Role = Literal["answer", "delivery", "heartbeat", "goodbye", "other"]
ARRIVED: Mapping[str, bool | None] = {
    "DELIVRD": True,
    "EXPIRED": False,
    "DELETED": False,
    "UNDELIV": False,
    "REJECTD": False,
    "ACCEPTD": None,
    "ENROUTE": None,
    "UNKNOWN": None,
}


@dataclass(frozen=True)
class Login:
    """Who we are to the carrier. `number` is what customers see and answer to, `service` the carrier's name for us."""

    user: str
    password: str
    number: str
    service: str = ""


@dataclass(frozen=True)
class Head:
    """`sequence` joins an answer to what it answers."""

    role: Role
    sequence: int


class Refused(Unavailable):
    """The carrier does not let us in; `code` is its reason. Trying again soon seldom helps and may lock the account."""


class Dialect(Protocol):
    """One protocol's frames. Nothing here knows of sockets or time-outs."""

    name: str
    shortest: int  # octets of a frame without a body

    def head(self, frame: bytes) -> Head: ...

    def login(self, sequence: int) -> bytes: ...

    def admitted(self, frame: bytes) -> None:
        """Reads the answer to the login. Raises Refused or Unreadable."""

    def submit(self, sequence: int, to: str, text: Text) -> bytes: ...

    def taken(self, frame: bytes) -> Receipt:
        """Reads the answer to a text. Raises Throttled, NotCarried or Unreadable."""

    def heartbeat(self, sequence: int) -> bytes: ...

    def goodbye(self, sequence: int) -> bytes: ...

    def reply(self, frame: bytes, *, understood: bool = True) -> bytes | None:
        """The answer to a delivery, a heartbeat, a goodbye, or to what we do not know."""

    def parse_inbound(self, call: Call) -> list[Inbound]: ...

    def parse_receipt(self, call: Call) -> list[Report]: ...
