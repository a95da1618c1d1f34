"""Field-service tickets and their promises."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.replies.cards.base import Card


class PromiseItem(BaseModel):
    """About `told` of a unit, at most `limit`; `nature` says whether `told` is an average or itself the limit."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    step: str
    label: str
    area: str | None
    unit: Literal["minute", "hour", "working_day"]
    nature: Literal["average", "maximum"]
    told: int
    limit: int | None
    mark: str


class TicketItem(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)

    no: str
    title: str
    state: str
    opened_at: datetime


class Ticket(Card):
    """One ticket. `new`: just opened; `restricted`: only that it is looked into may be said.

    `place` and `query_word` are empty for whoever may not have them.
    """

    kind: Literal["ticket"] = "ticket"
    no: str
    ticket_kind: str
    title: str
    state: str
    place: str
    query_word: str
    opened_at: datetime
    promise: list[PromiseItem] = []
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    urged: int = 0
    new: bool = False
    restricted: bool = False
    anonymous: bool = False


class Tickets(Card):
    """Several tickets: the options choose one. `purpose` is the intent that wants it."""

    kind: Literal["tickets"] = "tickets"
    tickets: list[TicketItem]
    purpose: str


class TicketNone(Card):
    """No ticket here, or a number and word that do not fit: the words are the same. `locked`: too many tries."""

    kind: Literal["ticket_none"] = "ticket_none"
    number_given: bool
    locked: bool = False
    proved: bool = False


class TicketUrged(Card):
    kind: Literal["ticket_urged"] = "ticket_urged"
    no: str
    title: str
    times: int
    promise: list[PromiseItem] = []


class TicketTimeAsk(Card):
    """Which other time; the options are the next half days."""

    kind: Literal["ticket_time_ask"] = "ticket_time_ask"
    no: str


class TicketRescheduled(Card):
    kind: Literal["ticket_rescheduled"] = "ticket_rescheduled"
    no: str
    starts_at: datetime
    ends_at: datetime


class TicketCancelAsk(Card):
    """Asks yes or no before anything is called off."""

    kind: Literal["ticket_cancel_ask"] = "ticket_cancel_ask"
    no: str
    title: str


class TicketCancelled(Card):
    kind: Literal["ticket_cancelled"] = "ticket_cancelled"
    no: str


class TicketFixed(Card):
    """What was wanted is no longer possible: somebody is there, it is over, or it is about danger."""

    kind: Literal["ticket_fixed"] = "ticket_fixed"
    no: str
    state: str
    hazard: bool


class ServiceAsk(Card):
    """One question on the way to a ticket: where, what, or a phone. `again`: what came could not be read."""

    kind: Literal["service_ask"] = "service_ask"
    asked: Literal["place", "detail", "phone"]
    ticket_kind: str
    again: bool = False
