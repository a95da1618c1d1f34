"""Whether a question about money owed doubts a message or a call: then the answer warns of fraud as well."""

from functools import cache
from pathlib import Path

import yaml

from bot.language.normalise import normalise

WORDS = Path(__file__).with_name("doubts.yml")


def doubts_a_notice(text: str) -> bool:
    plain = normalise(text).replace(" ", "")
    return any(word in plain for word in _words())


@cache
def _words() -> tuple[str, ...]:
    return tuple(yaml.safe_load(WORDS.read_text(encoding="utf-8"))["doubts"])
