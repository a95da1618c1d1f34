"""Where, what and which phone: the three questions on the way to a ticket, asked and read alike in every form."""

from typing import Literal

from actions.turn import Turn
from bot.fieldwork.reading import declines_phone
from bot.identity.reading import read_identifier
from bot.language import read_ordinal, read_yes_no
from bot.replies.cards import Option
from bot.replies.cards.fieldwork import ServiceAsk
from bot.replies.titles import title

Asked = Literal["place", "detail", "phone"]
SHORTEST_PLACE = 2
NOTHING = ""


def ask_for(asked: Asked, ticket_kind: str, *, again: bool = False) -> ServiceAsk:
    options = [Option(title=title("no_phone"), intent="deny")] if asked == "phone" else []
    return ServiceAsk(asked=asked, ticket_kind=ticket_kind, again=again, options=options)


def read_place(turn: Turn) -> str | None:
    """The customer's own words for where it is; empty when they do not know, None when it is no place."""
    if turn.intent == "dont_know" or read_yes_no(turn.text) == "unknown":
        return NOTHING
    said = turn.text.strip()
    if read_yes_no(said) is not None or len(said) < SHORTEST_PLACE or read_ordinal(said, 1) is not None:
        return None
    return said


def read_phone(turn: Turn) -> str | None:
    """A mobile number; empty when none is left, None when what came is neither."""
    identifier = read_identifier(turn.entities.get("phone") or turn.text)
    if identifier is not None and identifier.kind == "phone":
        return identifier.digits
    declined = turn.intent in ("deny", "dont_know") or read_yes_no(turn.text) in ("no", "unknown")
    return NOTHING if declined or declines_phone(turn.text) else None
