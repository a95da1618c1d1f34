"""How the network counts and cuts a text: GSM 7-bit (3GPP TS 23.038) or UCS-2 (TS 23.040).

One text holds 160 septets or 70 UTF-16 units; the parts of a longer one 153 or 67, the rest names the part.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

Alphabet = Literal["gsm7", "ucs2"]

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPE = 0x1B
_EXTENDED = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40}
_EXTENDED["€"] = 0x65
ALONE: dict[Alphabet, int] = {"gsm7": 160, "ucs2": 70}
IN_PARTS: dict[Alphabet, int] = {"gsm7": 153, "ucs2": 67}
MOST_PARTS = 255


@dataclass(frozen=True)
class Part:
    """One part as it travels. `number` counts from 1."""

    text: str
    alphabet: Alphabet
    number: int
    of: int


def alphabet_of(text: str) -> Alphabet:
    return "gsm7" if all(character in _septets() for character in text) else "ucs2"


def units(text: str, alphabet: Alphabet) -> int:
    """Septets, an extension character being two; or UTF-16 units, an emoji being two."""
    return sum(_width(character, alphabet) for character in text)


def cut(text: str) -> list[Part]:
    """The parts of a text. What belongs together (a surrogate pair, escape and character) is never torn."""
    alphabet = alphabet_of(text)
    if units(text, alphabet) <= ALONE[alphabet]:
        return [Part(text, alphabet, 1, 1)]
    pieces, room = [""], IN_PARTS[alphabet]
    for character in text:
        width = _width(character, alphabet)
        if width > room:
            pieces.append("")
            room = IN_PARTS[alphabet]
        pieces[-1] += character
        room -= width
    return [Part(piece, alphabet, number, len(pieces)) for number, piece in enumerate(pieces, 1)]


def count(text: str) -> int:
    return len(cut(text))


def encode(text: str, alphabet: Alphabet) -> bytes:
    """GSM 7-bit as one septet an octet (the way SMPP carries it), UCS-2 as UTF-16, big end first."""
    if alphabet == "ucs2":
        return text.encode("utf-16-be", "replace")
    return b"".join(_septets()[character] for character in text)


def decode(data: bytes, alphabet: Alphabet) -> str:
    """The text of what came in. What cannot be read becomes �; it is never an error."""
    if alphabet == "ucs2":
        return data.decode("utf-16-be", "replace")
    text, escaped = "", False
    for octet in data:
        if octet == ESCAPE and not escaped:
            escaped = True
            continue
        text += _extended().get(octet, " ") if escaped else _BASIC[octet] if octet < len(_BASIC) else "\ufffd"
        escaped = False
    return text


def _width(character: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm7":
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


@cache
def _septets() -> dict[str, bytes]:
    basic = {character: bytes((code,)) for code, character in enumerate(_BASIC) if code != ESCAPE}
    return basic | {character: bytes((ESCAPE, code)) for character, code in _EXTENDED.items()}


@cache
def _extended() -> dict[int, str]:
    return {code: character for character, code in _EXTENDED.items()}
