"""The header that names the parts of a long text (3GPP TS 23.040, 9.2.3.24.1)."""

from bot.channels.sms.driver import Unreadable

EIGHT_BIT, SIXTEEN_BIT = 0x00, 0x08


def header(ref: int, of: int, number: int) -> bytes:
    return bytes((5, EIGHT_BIT, 3, ref, of, number))


def split(data: bytes) -> tuple[tuple[int, int, int], bytes]:
    """(reference, parts, number) and the rest of the text; a header without them names a text of one part."""
    if not data or data[0] + 1 > len(data):
        raise Unreadable("the user data header is longer than the text")
    end, at = data[0] + 1, 1
    found = (0, 1, 1)
    while at + 2 <= end:
        kind, length = data[at], data[at + 1]
        value = data[at + 2 : min(at + 2 + length, end)]
        if kind == EIGHT_BIT and len(value) == 3:
            found = (value[0], value[1], value[2])
        elif kind == SIXTEEN_BIT and len(value) == 4:
            found = (int.from_bytes(value[:2], "big"), value[2], value[3])
        at += 2 + length
    return checked(*found), data[end:]


def checked(ref: int, of: int, number: int) -> tuple[int, int, int]:
    if not 1 <= number <= of:
        raise Unreadable(f"part {number} of {of}")
    return ref, of, number
