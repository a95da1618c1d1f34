"""One view of a message for matching, whatever script, width or noise it was written with.

The view is never shown and never sent to a customer: spans found on it are carried back to the customer's own
characters with `Normalised.original_span`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

HARMLESS_SLASH = "\uff0f"
# Slashes and what looks like one: solidus, fullwidth, division, fraction, big, box drawing, mathematical.
_SLASHES = frozenset("/\uff0f\u2215\u2044\u29f8\u2571\u27cb")
# Blank although Unicode does not call them spaces or format characters.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# Said for 0, 1, 7 and 9 where a number is read out; Unicode knows the other numerals itself.
_SPOKEN_NUMERALS = frozenset("洞腰拐勾")


@dataclass(frozen=True)
class Normalised:
    """The view, and for each of its characters where it stands in the customer's own text."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that `text[start:end]` was made from."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> str:
    """The view alone: NFKC width, simplified, lower case, no invisible characters, repetitions squeezed."""
    return normalise_with_map(text).text


@lru_cache(maxsize=256)
def normalise_with_map(text: str) -> Normalised:
    """The view with its map back; the last messages are kept, since several readers look at the same one."""
    pieces = list(_squeezed(_visible(text)))
    plain = _simplified("".join(char for char, _ in pieces))
    return Normalised(plain, tuple(at for _, at in pieces), tuple(at + 1 for _, at in pieces))


def sanitise_command(text: str) -> str:
    """The same text, with a first visible slash made harmless, so that it can never be read as a command.

    One character is replaced by one character, so spans stay where they were.
    """
    for at, char in enumerate(text):
        if char in _SLASHES:
            return text[:at] + HARMLESS_SLASH + text[at + 1 :]
        if not _is_blank(char):
            return text
    return text


def is_invisible(char: str) -> bool:
    """Whether a character leaves no mark on paper and is not a space either."""
    category = unicodedata.category(char)
    return category in ("Cf", "Cs", "Co", "Cn") or char in _BLANK or "\ufe00" <= char <= "\ufe0f"


def _is_blank(char: str) -> bool:
    return char.isspace() or is_invisible(char) or unicodedata.category(char) in ("Cc", "Zs", "Zl", "Zp", "Mn", "Me")


def _visible(text: str) -> Iterator[tuple[str, int]]:
    """Each character of the view with its place in `text`, before repetitions are squeezed."""
    for at, char in enumerate(text):
        if char.isascii():
            if char.isspace() or char.isprintable():
                yield (" " if char.isspace() else char.lower()), at
        elif not is_invisible(char):
            for part in unicodedata.normalize("NFKC", char).lower():
                yield (" " if part.isspace() else part), at


def _squeezed(chars: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """At most two of the same letter in a row, one of the same mark or space; numerals are left alone."""
    last, run = "", 0
    for char, at in chars:
        run = run + 1 if char == last else 1
        last = char
        if run <= _allowed_run(char):
            yield char, at


def _allowed_run(char: str) -> int:
    if char.isnumeric() or char in _SPOKEN_NUMERALS:
        return 64
    return 2 if char.isalnum() else 1


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    """Simplified script of exactly the same length, so that the map stays true."""
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_simplified_char(char) for char in text)


@lru_cache(maxsize=4096)
def _simplified_char(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted if len(converted) == 1 else char
