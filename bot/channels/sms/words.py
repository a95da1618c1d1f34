"""The words of `words.yml`: what a whole text may mean to the channel itself, and the channel's own few lines."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from bot.language import normalise

FILE = Path(__file__).with_name("words.yml")
PUNCTUATION = " 。.!!,,、;;“”\"'"
Command = Literal["help", "stop", "resume", "more"]


class Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    help: tuple[str, ...]
    stop: tuple[str, ...]
    resume: tuple[str, ...]
    more: tuple[str, ...]
    more_number: str
    more_line: str
    call_note: str
    family_line: str
    fallback: str
    fallback_without_domain: str
    no_reply_prefixes: tuple[str, ...]


@cache
def words() -> Words:
    return Words.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def read_command(text: str) -> Command | None:
    """What the text asks of the channel itself, if that is all it says."""
    return _commands().get(_plain(text))


def says_more_number(text: str) -> bool:
    return _plain(text) == words().more_number


@cache
def _commands() -> dict[str, Command]:
    kinds: tuple[Command, ...] = ("help", "stop", "resume", "more")
    return {_plain(word): kind for kind in kinds for word in getattr(words(), kind)}


def _plain(text: str) -> str:
    stripped = text.strip().strip(PUNCTUATION)
    return normalise(stripped).strip(PUNCTUATION) or stripped
