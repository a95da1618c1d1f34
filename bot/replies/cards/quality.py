"""Feedback and satisfaction."""

from typing import Literal

from bot.replies.cards.base import Card


class FeedbackThanks(Card):
    """Praise or a suggestion was stored under `no`."""

    kind: Literal["feedback_thanks"] = "feedback_thanks"
    no: str


class Rated(Card):
    """A thumb on an answer was kept; where it did not help, a person is offered."""

    kind: Literal["rated"] = "rated"
    helpful: bool
