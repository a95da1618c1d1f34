"""Figures that live elsewhere: `{{level.arrive.urban.told}}` in a policy is filled from the service levels, a price
from the tariffs, so that no price or time limit is typed twice."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from bot.errors import ConfigurationError

Figures = Callable[[date], Mapping[str, str]]
PLACE = re.compile(r"\{\{\s*([a-z0-9_.]+)\s*\}\}")


def no_figures(_day: date) -> Mapping[str, str]:
    return {}


def places(text: str) -> list[str]:
    """The names of the figures a text asks for."""
    return PLACE.findall(text)


def fill(text: str, figures: Mapping[str, str]) -> str:
    """The text with its figures; a name nobody knows is an error, never an empty place in a sentence."""
    unknown = missing(text, figures)
    if unknown:
        raise ConfigurationError(f"没有叫 {'、'.join(unknown)} 的数字")
    return PLACE.sub(lambda place: figures[place[1]], text)


def missing(text: str, figures: Mapping[str, str]) -> list[str]:
    return [name for name in places(text) if name not in figures]


def typed(text: str, figures: Mapping[str, str], prefixes: Iterable[str]) -> list[str]:
    """Names of figures that a text writes out in digits instead of asking for them."""
    bare = PLACE.sub("", text)
    own: dict[str, str] = {}
    for name, value in figures.items():
        if name.startswith(tuple(prefixes)):
            own.setdefault(value, name)
    return [name for value, name in own.items() if re.search(rf"(?<![\d.]){re.escape(value)}", bare)]
