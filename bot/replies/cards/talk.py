"""Small talk, asking back, and what may be done when nothing else fits."""

from typing import Literal

from bot.replies.cards.base import Card


class Greet(Card):
    kind: Literal["greet"] = "greet"


class Goodbye(Card):
    kind: Literal["goodbye"] = "goodbye"


class Thank(Card):
    kind: Literal["thank"] = "thank"


class BotChallenge(Card):
    kind: Literal["bot_challenge"] = "bot_challenge"


class Capabilities(Card):
    kind: Literal["capabilities"] = "capabilities"


class Clarify(Card):
    """Not sure what was meant: the likely readings are the options, the last one is none of these."""

    kind: Literal["clarify"] = "clarify"


class OfferHuman(Card):
    """Twice not understood: a person is offered."""

    kind: Literal["offer_human"] = "offer_human"


class OtherNeed(Card):
    """The customer asked for two things; one is dealt with, the options offer the other."""

    kind: Literal["other_need"] = "other_need"


class OutOfScope(Card):
    """Somebody else's matter; `referral` is the one sentence that says whose, empty where none is known."""

    kind: Literal["out_of_scope"] = "out_of_scope"
    referral: str = ""


class Stopped(Card):
    """What was being filled in has been left; nothing was stored of it."""

    kind: Literal["stopped"] = "stopped"
    was_open: bool


class NothingOpen(Card):
    """A bare yes, no, value or "don't know" with no question open."""

    kind: Literal["nothing_open"] = "nothing_open"


class NotYet(Card):
    """A need this service understands and cannot serve yet: said so, a person offered."""

    kind: Literal["not_yet"] = "not_yet"
    need: str
