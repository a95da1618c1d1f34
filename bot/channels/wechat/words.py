"""The few sentences the channel says itself."""

from functools import cache
from pathlib import Path

import yaml

WORDS = Path(__file__).with_name("words.yml")


@cache
def _words() -> dict[str, str]:
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))


def word(key: str, **values: str) -> str:
    """The sentence of a key. What customers wrote is put in as it is, and read by nothing."""
    sentence = _words()[key]
    for name, value in values.items():
        sentence = sentence.replace("{" + name + "}", value)
    return sentence
