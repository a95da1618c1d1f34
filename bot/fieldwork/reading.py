"""Reading that somebody would rather leave no phone."""

from functools import cache
from pathlib import Path

import yaml

from bot.language import normalise

WORDS = Path(__file__).with_name("words.yml")


def declines_phone(text: str) -> bool:
    said = normalise(text)
    return any(word in said for word in _declining())


@cache
def _declining() -> tuple[str, ...]:
    return tuple(normalise(word) for word in yaml.safe_load(WORDS.read_text(encoding="utf-8"))["no_phone"])
