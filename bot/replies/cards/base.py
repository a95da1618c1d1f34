"""What every card has: its kind and the options offered with it."""

from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from bot.errors import InvalidInput


class Option(BaseModel):
    """One thing the customer may choose. The server keeps intent and entities; the customer sees the title only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    intent: str
    entities: dict[str, str] = {}


class Card(BaseModel):
    """A subclass sets `kind` to one literal, e.g. `kind: Literal["bill"] = "bill"`."""

    model_config = ConfigDict(extra="forbid")
    known: ClassVar[dict[str, type["Card"]]] = {}

    kind: str
    options: list[SerializeAsAny[Option]] = []

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        for kind in get_args(cls.model_fields["kind"].annotation):
            Card.known[kind] = cls

    def dump(self) -> dict[str, Any]:
        """The card as plain JSON values: what an action answers and the database keeps."""
        return self.model_dump(mode="json")


def card_kinds() -> list[str]:
    return sorted(Card.known)


def read_card(data: dict[str, Any]) -> Card:
    """A card back from plain JSON values; anything else is refused."""
    card_class = Card.known.get(str(data.get("kind")))
    if card_class is None:
        raise InvalidInput("无法识别的回复", detail=f"unknown card kind {data.get('kind')!r}")
    try:
        return card_class.model_validate(data)
    except ValueError as error:
        raise InvalidInput("无法识别的回复", detail=f"card {card_class.__name__} does not fit its fields") from error
