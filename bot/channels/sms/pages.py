"""Cutting an answer into pages: each at most three parts with the signature inside, and a line that offers the next.

A pure function of the text: the same text always has the same pages, so a page can be sent again, or the next one
later, without anything being kept but the text.
"""

import re
from collections.abc import Sequence

from bot.channels.sms.parts import count
from bot.channels.sms.words import words

MOST_PARTS_A_PAGE = 3
_ENDS = (  # of a sentence, a clause, a word; the wide forms by their code points
    re.compile("[\u3002\uff01\uff1f\uff1b!?;\n]"),
    re.compile(r"[\uff0c\u3001\uff1a]|[,:\s](?![\d/])"),
    re.compile(r"[^A-Za-z0-9.:/-]"),
)
_JOINERS = "\u200d\ufe0e\ufe0f"


def pages(text: str, signature: str, options: Sequence[str] = ()) -> list[str]:
    """The signed pages of an answer. `options` are its last lines, which stay together where they can."""
    tail = "\n".join(options)
    body = text.removesuffix(tail).rstrip("\n") if tail and text.endswith(tail) else text
    tail = tail if body != text else ""
    found: list[str] = []
    while not _fits(signed(_joined(body, tail), signature)):
        if not body:  # nothing but options, and too many for one page
            body, tail = tail, ""
        head = _head(body, signature)
        found.append(signed(f"{head.rstrip()}\n{words().more_line}", signature))
        body = body[len(head) :].lstrip()
    return [*found, signed(_joined(body, tail), signature)]


def _joined(body: str, tail: str) -> str:
    return "\n".join(filter(None, (body, tail)))


def signed(text: str, signature: str) -> str:
    return f"【{signature}】{text}" if signature else text


def _head(body: str, signature: str) -> str:
    """As much as fits on a page that is not the last, to the end of a sentence, a clause or a word."""
    size = _most(body, signature)
    for end in _ENDS:
        ends = [match.end() for match in end.finditer(body, 0, size)]
        if ends and ends[-1] >= size // 2:
            return body[: ends[-1]]
    while 1 < size < len(body) and body[size] in _JOINERS:
        size -= 1
    return body[:size]


def _most(body: str, signature: str) -> int:
    low, high = 0, len(body)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _fits(signed(f"{body[:middle].rstrip()}\n{words().more_line}", signature))
        low, high = (middle, high) if fits else (low, middle - 1)
    return max(low, 1)


def _fits(page: str) -> bool:
    return count(page) <= MOST_PARTS_A_PAGE
