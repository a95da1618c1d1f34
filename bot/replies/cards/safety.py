"""Danger. The words come from data/safety, verbatim."""

from typing import Literal

from bot.replies.cards.base import Card


class Hazard(Card):
    """`first` by channel is said before anything else, `close` once the ticket is stored."""

    kind: Literal["hazard"] = "hazard"
    danger: str
    first: dict[str, str]
    then: str
    close: str
    ticket_no: str


class HazardPlace(Card):
    """The place of a danger was put on its ticket; `asked`: it was asked for again and not understood."""

    kind: Literal["hazard_place"] = "hazard_place"
    ticket_no: str
    place: str
