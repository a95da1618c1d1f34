"""Reading whether somebody wants notices or wants them to stop."""

from functools import cache
from pathlib import Path

import yaml

from bot.language import normalise

WORDS = Path(__file__).with_name("words.yml")


def wishes_notices(text: str) -> bool:
    """False where the customer asks that notices stop."""
    said = normalise(text)
    return not any(word in said for word in _stopping())


@cache
def _stopping() -> tuple[str, ...]:
    return tuple(normalise(word) for word in yaml.safe_load(WORDS.read_text(encoding="utf-8"))["stop"])
