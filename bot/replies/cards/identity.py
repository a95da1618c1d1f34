"""Proving who one is, and letting others in."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

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
    """The holder has let this person in, but not for this. `role`: as what, where that is known."""

    kind: Literal["not_granted"] = "not_granted"
    role: str | None = None


class AccountChoose(Card):
    """Several accounts: the options are these. `proved`: just now, by a code to the phone that holds them."""

    kind: Literal["account_choose"] = "account_choose"
    unreadable: bool = False
    proved: bool = True


class Verified(Card):
    """Proved, with nothing else asked for."""

    kind: Literal["verified"] = "verified"
    account_no: str
    until: datetime


class RecordsUnavailable(Card):
    """Accounts and bills cannot be had now: nothing is said of them."""

    kind: Literal["records_unavailable"] = "records_unavailable"


class RecordsNotGiven(Card):
    """The supplier's system does not tell this service so much: whether there is any is not known here."""

    kind: Literal["records_not_given"] = "records_not_given"
    part: Literal["invoices", "settlements"]


class PayeeAsk(Card):
    """To whom do you pay? The options are the supplier, somebody else, not clear."""

    kind: Literal["payee_ask"] = "payee_ask"


class NumberHelp(Card):
    """Where an account number stands; `unclear`: it is not even sure that there is one."""

    kind: Literal["number_help"] = "number_help"
    unclear: bool = False


class SuppliedByOther(Card):
    """A property, a landlord or the village collects: what can be done without an account. The owner where known."""

    kind: Literal["supplied_by_other"] = "supplied_by_other"
    owner_name: str | None = None
    owner_phone: str | None = None


class Bereaved(Card):
    """The holder has died."""

    kind: Literal["bereaved"] = "bereaved"


class LetInAsk(Card):
    """One question on the way to a consent. `sure` repeats what was said so far."""

    kind: Literal["let_in_ask"] = "let_in_ask"
    asked: Literal["phone", "role", "until", "sure"]
    unreadable: bool = False
    tail: str = ""
    role: str | None = None
    until: date | None = None


class LetInDone(Card):
    kind: Literal["let_in_done"] = "let_in_done"
    tail: str
    role: str
    until: date | None = None


class LetInRefused(Card):
    """dropped, already_registered, too_many_consents, not_verified, or what was said makes no sense."""

    kind: Literal["let_in_refused"] = "let_in_refused"
    reason: str


class ConsentItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tail: str
    role: str
    name: str
    until: date | None


class Consents(Card):
    """Whom the holder has let in; the options put them out."""

    kind: Literal["consents"] = "consents"
    consents: list[ConsentItem]


class ConsentEnded(Card):
    """`tail` is empty where somebody left of their own accord."""

    kind: Literal["consent_ended"] = "consent_ended"
    tail: str
    role: str


class ProofEnded(Card):
    """What this conversation had proved is forgotten."""

    kind: Literal["proof_ended"] = "proof_ended"
