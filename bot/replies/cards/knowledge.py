"""Answers from the policy base."""

from datetime import date
from typing import Literal

from bot.replies.cards.base import Card


class Policy(Card):
    """A policy's own words. `source` is empty for safety texts; `unverified` shows the mark 待供电公司确认."""

    kind: Literal["policy"] = "policy"
    id: str
    title: str
    short: str
    body: str
    source: str = ""
    effective_from: date | None = None
    unverified: bool = False
    applies_to: list[str] = []
    superseded_on: date | None = None


class PolicyChoices(Card):
    """Two candidates lie close together; the options ask which was meant."""

    kind: Literal["policy_choices"] = "policy_choices"


class PolicyAsk(Card):
    """The customer wants to ask about a policy and has not said which: the options are common ones."""

    kind: Literal["policy_ask"] = "policy_ask"


class PolicyNone(Card):
    """No policy answers this; it was recorded for the editors, a person is offered."""

    kind: Literal["policy_none"] = "policy_none"
