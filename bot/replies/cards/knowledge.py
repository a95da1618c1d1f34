"""Answers from the policy base."""

from datetime import date
from typing import Literal

from bot.replies.cards.base import Card


class Policy(Card):
    """A policy's own words. `source` is empty for safety texts; `unverified` shows the mark 待供电公司确认.

    For one that is over, `superseded_on` is its last day and `now` what holds today.
    """

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
    now: str = ""


class PolicyChoices(Card):
    """Two candidates lie close together; the options ask which was meant."""

    kind: Literal["policy_choices"] = "policy_choices"


class PolicyClassAsk(Card):
    """The answer hangs on the class of customer, which is not known; the options ask which."""

    kind: Literal["policy_class_ask"] = "policy_class_ask"


class PolicyAsk(Card):
    """The customer wants to ask about a policy and has not said which: the options are common ones."""

    kind: Literal["policy_ask"] = "policy_ask"


class PolicyNone(Card):
    """No policy answers this; it was recorded for the editors, a person is offered."""

    kind: Literal["policy_none"] = "policy_none"
