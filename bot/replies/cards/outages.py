"""Outages and notices of them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.replies.cards.base import Card


class OutageItem(BaseModel):
    """One outage as it may be told: an estimate, or the time of the next news. Never a guarantee."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    planned: bool
    under_way: bool
    area_words: list[str]
    cause: str
    starts_at: datetime
    expected: datetime | None
    next_news_at: datetime
    crew_on_site: bool
    revised: bool
    other_supply: bool


class OutageNewsCard(Card):
    """The outages of a place. `reported`: the customer said that the power is off."""

    kind: Literal["outage"] = "outage"
    outages: list[OutageItem]
    reported: bool = False


class OutageNone(Card):
    """Nothing known; the same words for a place without outage and for a number nobody has."""

    kind: Literal["outage_none"] = "outage_none"


class OutageList(Card):
    """No place was named: all outages by area, and how to ask about one's own."""

    kind: Literal["outage_list"] = "outage_list"
    outages: list[OutageItem]


class Subscribed(Card):
    """A wish for notices was noted; owed ones come whatever is wished."""

    kind: Literal["subscribed"] = "subscribed"
    wished: bool
