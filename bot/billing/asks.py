"""What a question about money means besides its kind: doubt of a message or a call, or energy sold, not bought."""

from functools import cache
from pathlib import Path

import yaml

from bot.language.normalise import normalise

WORDS = Path(__file__).with_name("asks.yml")


def doubts_a_notice(text: str) -> bool:
    """Then the answer warns of fraud as well."""
    return _says("doubts", text)


def speaks_of_selling(text: str) -> bool:
    """Then what is paid for energy sent into the network comes first."""
    return _says("selling", text)


def speaks_of_an_outage(text: str) -> bool:
    """Then what is known of outages belongs to the answer."""
    return _says("outage", text)


def _says(kind: str, text: str) -> bool:
    plain = normalise(text).replace(" ", "")
    return any(word in plain for word in _words()[kind])


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(words) for kind, words in yaml.safe_load(WORDS.read_text(encoding="utf-8")).items()}
