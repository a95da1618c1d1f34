"""Reading frames and their fields. Every length comes from outside and is believed only within its bounds."""

import asyncio

from bot.channels.sms.driver import Unreadable

LONGEST = 70_000  # an SMPP frame with a message payload of 64 KB


class NoFrame(Exception):
    """What came is not a frame: where the next one begins is not known any more."""


async def read_frame(reader: asyncio.StreamReader, shortest: int) -> bytes:
    """One whole frame, its length included. EOF raises IncompleteReadError, a length that cannot be NoFrame."""
    start = await reader.readexactly(4)
    length = int.from_bytes(start, "big")
    if not shortest <= length <= LONGEST:
        raise NoFrame(f"length {length}")
    return start + await reader.readexactly(length - 4)


class Fields:
    """The fields of a frame's body, one after the other; Unreadable where the frame ends before the field does."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def octets(self, length: int) -> bytes:
        if length > self.left:
            raise Unreadable(f"{length} octets promised, {self.left} there")
        self._at += length
        return self._data[self._at - length : self._at]

    def number(self, length: int) -> int:
        return int.from_bytes(self.octets(length), "big")

    def fixed(self, length: int) -> str:
        """A text field of fixed length, filled up with zeros."""
        return _ascii(self.octets(length).split(b"\0", 1)[0])

    def terminated(self, longest: int) -> str:
        """A text field that ends with a zero, which is counted in `longest`."""
        end = self._data.find(b"\0", self._at, self._at + longest)
        if end < 0:
            raise Unreadable("a text field does not end")
        found = _ascii(self._data[self._at : end])
        self._at = end + 1
        return found


def _ascii(data: bytes) -> str:
    return data.decode("ascii", "replace").strip()


def filled(text: str, length: int) -> bytes:
    """A text field of fixed length."""
    return text.encode("ascii", "replace")[:length].ljust(length, b"\0")


def terminated(text: str, longest: int) -> bytes:
    return text.encode("ascii", "replace")[: longest - 1] + b"\0"
