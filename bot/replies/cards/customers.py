"""A customer's own file."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bot.replies.cards.base import Card


class AccountFile(Card):
    """What is on file about the verified account."""

    kind: Literal["account_file"] = "account_file"
    account_no: str
    former_numbers: list[str]
    holder: str
    address: str
    station: str
    customer_class: str
    settlement_mode: str
    tariff_name: str
    unverified_tariff: bool
    household_of_many_until: date | None
    allowance_kwh: Decimal
    capacity_kva: Decimal | None
    meter_nos: list[str]
    phone_tails: list[str]
    agreement_ends_on: date | None
    auto_renewal: bool


class Binding(Card):
    """What being bound means here: this conversation, until then.

    `join_code`: sent in WeChat it goes on with this conversation and binds there; empty where there is no WeChat.
    """

    kind: Literal["binding"] = "binding"
    account_no: str
    until: datetime
    join_code: str = ""
    join_minutes: int = 0


class Bound(Card):
    """The address the customer writes from is bound to this account from now on."""

    kind: Literal["bound"] = "bound"
    account_no: str


class Unbound(Card):
    """These accounts are no longer bound to the address."""

    kind: Literal["unbound"] = "unbound"
    account_nos: list[str]


class UnbindAsk(Card):
    """Several accounts are bound: the options are these."""

    kind: Literal["unbind_ask"] = "unbind_ask"


class NotBound(Card):
    """Nothing is bound to the address."""

    kind: Literal["not_bound"] = "not_bound"


class OthersUnbound(Card):
    """Whoever else had bound the account no longer has; `count` bindings were ended."""

    kind: Literal["others_unbound"] = "others_unbound"
    account_no: str
    count: int
