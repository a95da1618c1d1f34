"""On the way to a person."""

from typing import Literal

from bot.replies.cards.base import Card


class Queued(Card):
    """The conversation waits for a person; `place` counts from 1. The bot goes on answering meanwhile."""

    kind: Literal["queued"] = "queued"
    place: int
    reason: str
    again: bool = False


class Delayed(Card):
    """The answer takes longer; said once for a message."""

    kind: Literal["delayed"] = "delayed"


class BotUnavailable(Card):
    """The dialogue has been down too long: the message is kept, a person will see it."""

    kind: Literal["bot_unavailable"] = "bot_unavailable"
    place: int
