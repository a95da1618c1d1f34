"""The supplier's offices, stations and managers. What is None has not been filled in, and is said so."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from bot.replies.cards.base import Card


class OfficeItem(BaseModel):
    """`hours` in words; `open_until` is set while it is open, `opens_at` while it is shut, neither if unknown."""

    name: str
    address: str | None
    phone: str | None
    hours: str | None
    on_holidays: bool | None = None
    open_until: datetime | None = None
    opens_at: datetime | None = None
    services: list[str] | None = None
    accessibility: str | None = None
    cash: bool | None = None
    self_service: str | None = None


class Offices(Card):
    """Where the business halls are and when they are open; those near a place, if one is known."""

    kind: Literal["offices"] = "offices"
    offices: list[OfficeItem]
    place: str = ""


class ManagerItem(BaseModel):
    name: str
    phone: str | None
    areas: list[str] = []


class StationItem(BaseModel):
    """A station, for a place of it where one was named, with that place's managers."""

    name: str
    place: str = ""
    address: str | None
    phone: str | None
    hours: str | None
    managers: list[ManagerItem] = []


class Stations(Card):
    """Who looks after a place. Without stations: the place named (`place`) is not in the files, or none was said."""

    kind: Literal["stations"] = "stations"
    stations: list[StationItem]
    asked: Literal["station", "manager"]
    place: str = ""
    filled: bool = True
