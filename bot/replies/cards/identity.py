"""Proving who one is."""

from datetime import datetime
from typing import Literal

from bot.replies.cards.base import Card


class IdentifierAsk(Card):
    """Asks for phone, account or meter number; `unreadable` when what came was none of them."""

    kind: Literal["identifier_ask"] = "identifier_ask"
    unreadable: bool = False


class CodeSent(Card):
    """Always the same words, whether or not the account exists."""

    kind: Literal["code_sent"] = "code_sent"
    minutes: int
    again: bool = False


class CodeRefused(Card):
    """The code was not right, too old, tried too often, or could not be read."""

    kind: Literal["code_refused"] = "code_refused"
    reason: Literal["wrong", "expired", "used_up", "unreadable"]
    tries_left: int = 0


class CodeLimited(Card):
    """Too many codes asked for; the next may be asked for in `minutes`."""

    kind: Literal["code_limited"] = "code_limited"
    minutes: int


class CodeNotReceived(Card):
    """It never came: another number, a person, or the office."""

    kind: Literal["code_not_received"] = "code_not_received"


class PhoneChangeOffice(Card):
    """A registered phone is changed at an office, with the identity card."""

    kind: Literal["phone_change_office"] = "phone_change_office"


class NotGranted(Card):
    """The holder has let this person in, but not for this."""

    kind: Literal["not_granted"] = "not_granted"


class AccountChoose(Card):
    """Several accounts may be meant: the options are these. `verified`: a code has proved the phone that holds them."""

    kind: Literal["account_choose"] = "account_choose"
    unreadable: bool = False
    verified: bool = True


class Verified(Card):
    """Proved, with nothing else asked for."""

    kind: Literal["verified"] = "verified"
    account_no: str
    until: datetime


class RecordsUnavailable(Card):
    """Accounts and bills cannot be had now: nothing is said of them."""

    kind: Literal["records_unavailable"] = "records_unavailable"
