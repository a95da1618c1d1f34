"""A customer's own file, what somebody of their kind may count on, and what is bound."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.replies.cards.base import Card
from bot.replies.cards.fieldwork import PromiseItem


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClassItem(BaseModel):
    """Where an account stands on each axis."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)

    customer_class: str
    area: str
    supply_channel: str
    settlement_mode: str
    tariff_class: str
    tariff_form: str
    voltage: str
    supply_form: str
    load_class: int
    security_load_kw: Decimal | None
    critical_grade: str
    critical_document: str | None
    critical_since: date | None
    own_generation: str
    distributed: str
    distributed_kw: Decimal | None
    special_care: list[str]


class MeterItem(_Item):
    meter_no: str
    multiplier: int
    since: date
    exchanged: bool


class ContactItem(_Item):
    """A registered contact, masked."""

    tail: str
    role: str


class AgreementItem(_Item):
    """`missing`: the parts that should be on file and are not."""

    no: str
    kind: str
    draft: bool
    starts_on: date | None
    ends_on: date | None
    auto_renewal: bool
    missing: list[str]


class AccountFile(Card):
    """What is on file about the verified account. `let_in`: how many others the holder has let in."""

    kind: Literal["account_file"] = "account_file"
    account_no: str
    former_numbers: list[str]
    holder: str
    address: str
    station: str
    in_service: bool
    classes: ClassItem
    supplies: list[str]
    tariff_name: str
    unverified_tariff: bool
    household_of_many_until: date | None
    allowance_kwh: Decimal
    capacity_kva: Decimal | None
    meters: list[MeterItem]
    contacts: list[ContactItem]
    let_in: int
    agreement: AgreementItem | None


class ServiceItem(_Item):
    text: str
    source: str
    unverified: bool


class TrendItem(_Item):
    """A year of use. `band`: which of how many; percents only where they are enough to speak of."""

    kwh: Decimal
    to: date
    band: tuple[int, int] | None
    grew_percent: int | None
    load_percent: int | None


class ServiceOfferCard(Card):
    """What somebody of these classes may count on. None: the supplier has not filled it in, or no rule names it."""

    kind: Literal["service_offer"] = "service_offer"
    titles: list[str]
    planned_days: int
    temporary_hours: int | None
    media: list[str]
    times: dict[str, list[PromiseItem]]
    inspected: bool
    inspection_months: int | None
    has_manager: bool
    manager: str | None
    services: list[ServiceItem]
    trend: TrendItem | None


class Binding(Card):
    """What being bound means here: this conversation, until then.

    `join_code`: sent in WeChat it goes on with this conversation and binds there; empty where there is no WeChat.
    `whole`: its holder may let others in.
    """

    kind: Literal["binding"] = "binding"
    account_no: str
    until: datetime
    whole: bool = False
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
