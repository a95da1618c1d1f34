"""Feedback and satisfaction."""

from typing import Literal

from bot.replies.cards.base import Card


class FeedbackThanks(Card):
    """Praise or a suggestion was stored under `no`."""

    kind: Literal["feedback_thanks"] = "feedback_thanks"
    no: str
