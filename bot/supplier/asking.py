"""What a question about the supplier's people and places is about: an office, a station, or a manager."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from bot.language import normalise

WORDS = Path(__file__).with_name("words.yml")
Asked = Literal["office", "station", "manager"]
LONGEST = 36  # characters: a longer story asks for something else
BARE = 14  # and so does a longer sentence about hours that does not say whose


def asks_for(text: str) -> Asked | None:
    """None for everything that a policy, a ticket or the account answers."""
    said = normalise(text)
    if len(said) > LONGEST or _has(said, "other"):
        return None
    if _has(said, "manager") and _has(said, "phone", "who", "whose"):
        return "manager"
    if _has(said, "station") and _has(said, "where", "open", "phone", "whose"):
        return "station"
    if _has(said, "office") and _has(said, "where", "open", "phone", "day"):
        return "office"
    alone = len(said) <= BARE and _has(said, "open_alone") and _has(said, "day")
    return "office" if alone else None


def asks_whose(text: str) -> bool:
    """归谁管: about a station only where the text names a place."""
    said = normalise(text)
    return _has(said, "whose") and not _has(said, "other")


def _has(said: str, *kinds: str) -> bool:
    return any(word in said for kind in kinds for word in _words()[kind])


@cache
def _words() -> dict[str, tuple[str, ...]]:
    lists = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return {kind: tuple(normalise(word) for word in words) for kind, words in lists.items()}
