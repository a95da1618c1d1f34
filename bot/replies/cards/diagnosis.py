"""Finding out what is wrong."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.replies.cards.base import Card


class DangerWarning(BaseModel):
    """A danger that is not excluded: what it looks like, and the safety words by channel."""

    model_config = ConfigDict(extra="forbid")

    title: str
    first: dict[str, str]


class Question(Card):
    """One question of a diagnosis; its options are the answers. `again`: what came was not an answer to it."""

    kind: Literal["question"] = "question"
    id: str
    ask: str
    warnings: list[DangerWarning] = []
    again: bool = False


class SelfHelp(Card):
    """Something the customer can put right without danger."""

    kind: Literal["self_help"] = "self_help"
    cause: str
    steps: list[str]


class OwnElectrician(Card):
    """Behind the boundary: an electrician, the property manager or the landlord. Somebody may still be sent."""

    kind: Literal["own_electrician"] = "own_electrician"
    cause: str
    who: str


class CannotMatch(Card):
    """Nothing known here explains it, and without proof nothing more may be said: proving the account may show why."""

    kind: Literal["cannot_match"] = "cannot_match"


class SupplyInOrder(Card):
    """Proved, and neither arrears nor an outage explains it."""

    kind: Literal["supply_in_order"] = "supply_in_order"
    account_no: str
