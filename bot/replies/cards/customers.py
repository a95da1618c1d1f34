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
    agreement_on_file: bool = True
    agreement_ends_on: date | None
    auto_renewal: bool


class Binding(Card):
    """What being bound means here: this conversation, until then."""

    kind: Literal["binding"] = "binding"
    account_no: str
    until: datetime
