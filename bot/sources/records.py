"""What a supplier's service answers, typed. Names are those of our tables; fields we do not know are passed over."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ContactRecord(_Record):
    phone: str
    name: str
    role: str = "holder"
    registered: bool = True


class MeterRecord(_Record):
    meter_no: str
    usage_point: str
    installed_on: date
    removed_on: date | None = None
    multiplier: int = 1
    rated_kva: Decimal | None = None
    remote_switch: bool = False
    last_seen: AwareDatetime | None = None


class AgreementRecord(_Record):
    agreement_no: str
    kind: str
    state: str = "in_force"
    settlement_mode: str = "postpaid"
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    auto_renewal: bool = True
    parts: list[str] = []
    warn_below: Decimal | None = None
    cut_off_at: Decimal | None = None


class NodeRecord(_Record):
    """A piece of the network that one of the account's supply points names."""

    code: str
    level: str
    name: str
    parent: str | None = None
    kind: str | None = None
    owner: str = "supplier"
    owner_name: str | None = None
    owner_phone: str | None = None
    manager: str | None = None
    manager_phone: str | None = None


class SupplyRecord(_Record):
    code: str
    usage_point: str
    role: str = "main"
    substation: str | None = None
    feeder: str | None = None
    section: str | None = None
    transformer: str | None = None
    branch: str | None = None
    box: str | None = None
    power_kw: Decimal | None = None
    interlock: bool | None = None
    checked_on: date | None = None


class AccountRecord(_Record):
    """An account with what a customer is known by (contacts, former numbers, meters), and how it is supplied.

    `agreements`: None where the service does not give them.
    """

    account_no: str
    holder: str
    tariff_code: str
    state: str = "in_service"
    customer_class: str = "residential"
    area: str = "urban"
    supply_channel: str = "protected"
    settlement_mode: str = "postpaid"
    tariff_class: str = "residential"
    tariff_form: str = "single"
    steps: bool = False
    holder_deceased_on: date | None = None
    household_persons: int | None = None
    household_of_many_until: date | None = None
    allowance_kwh: Decimal = Decimal(0)
    allowance_until: date | None = None
    capacity_kva: Decimal | None = None
    capacity_basis: str | None = None
    power_factor_standard: Decimal | None = None
    voltage: str = "low"
    supply_form: str = "public_transformer"
    load_class: int = 3
    security_load_kw: Decimal | None = None
    critical_grade: str = "none"
    own_generation: str = "none"
    distributed: str = "none"
    distributed_kw: Decimal | None = None
    special_care: list[str] = []
    account_manager: str | None = None
    reading_cycle_months: int = 1
    opened_on: date | None = None
    former_numbers: list[str] = []
    address: str
    village: str
    station: str
    contacts: list[ContactRecord]
    meters: list[MeterRecord]
    agreements: list[AgreementRecord] | None = None
    nodes: list[NodeRecord] = []
    supply: list[SupplyRecord] = []


class LineRecord(_Record):
    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    source: str
    source_date: date
    mark: str = "K"


class BillRecord(_Record):
    bill_no: str
    period_start: date
    period_end: date
    issued_on: date
    due_on: date
    kwh: Decimal
    kwh_before: Decimal = Decimal(0)
    amount: Decimal
    tariff_code: str
    tariff_name: str
    method: str = "auto"
    power_factor: Decimal | None = None
    lines: list[LineRecord]


class PaymentRecord(_Record):
    payment_no: str
    amount: Decimal
    channel: str
    state: str
    paid_at: AwareDatetime
    posted_at: AwareDatetime | None = None
    reversed_at: AwareDatetime | None = None
    reason: str | None = None


class ReadingRecord(_Record):
    meter_no: str
    kind: str
    read_on: date
    total: Decimal
    sharp: Decimal = Decimal(0)
    peak: Decimal = Decimal(0)
    flat: Decimal = Decimal(0)
    valley: Decimal = Decimal(0)
    reactive_kvarh: Decimal = Decimal(0)
    exported: Decimal = Decimal(0)
    max_demand_kw: Decimal | None = None
    method: str = "auto"


class CommandRecord(_Record):
    command_no: str
    command: str
    reason: str
    state: str
    at: AwareDatetime
    settled_at: AwareDatetime | None = None


class NoticeRecord(_Record):
    notice_no: str
    kind: str
    medium: str
    at: AwareDatetime
    delivered: bool = True


class InvoiceRecord(_Record):
    invoice_no: str
    bill_no: str
    kind: str = "electronic"
    title: str
    amount: Decimal
    issued_on: date


class SettlementRecord(_Record):
    settlement_no: str
    period_start: date
    period_end: date
    issued_on: date
    kwh: Decimal
    label: str = "上网电费"
    unit_price: Decimal
    amount: Decimal
    source: str = Field(pattern=r"\S")
    source_date: date
    mark: str = "K"
    state: str = "pending"
    paid_on: date | None = None


class ExchangeRecord(_Record):
    old_meter: str
    new_meter: str
    exchanged_on: date
    reason: str
    notified_on: date | None = None


class TermsRecord(_Record):
    agreed_demand_kw: Decimal | None = None
    mixed_tariff: str | None = None
    mixed_share: Decimal | None = None
    mixed_kwh: Decimal | None = None
    export_tariff: str | None = None


class BooksRecord(_Record):
    """All that bills and balance of one account rest on. Bills and payments are complete against each other.

    `invoices`, `settlements`: None where the service does not give them; an empty list says that there are none.
    """

    account_no: str
    as_of: datetime
    bills: list[BillRecord]
    payments: list[PaymentRecord]
    readings: list[ReadingRecord]
    commands: list[CommandRecord] = []
    notices: list[NoticeRecord] = []
    meters: list[MeterRecord] = []
    exchanges: list[ExchangeRecord] = []
    terms: TermsRecord | None = None
    invoices: list[InvoiceRecord] | None = None
    settlements: list[SettlementRecord] | None = None

    @property
    def not_given(self) -> frozenset[str]:
        return frozenset(part for part in ("invoices", "settlements") if getattr(self, part) is None)


class AccountsRecord(_Record):
    accounts: list[AccountRecord]
