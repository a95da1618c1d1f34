"""What a supplier's service answers, typed. Names are those of our tables; fields we do not know are passed over."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict


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


class AccountRecord(_Record):
    """An account with what a customer is known by: contacts, former numbers, meters."""

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
    household_of_many_until: date | None = None
    allowance_kwh: Decimal = Decimal(0)
    allowance_until: date | None = None
    capacity_kva: Decimal | None = None
    capacity_basis: str | None = None
    power_factor_standard: Decimal | None = None
    voltage: str = "low"
    reading_cycle_months: int = 1
    opened_on: date | None = None
    former_numbers: list[str] = []
    address: str
    village: str
    station: str
    contacts: list[ContactRecord]
    meters: list[MeterRecord]


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


class BooksRecord(_Record):
    """All that bills and balance of one account rest on. Bills and payments are complete against each other."""

    account_no: str
    as_of: datetime
    bills: list[BillRecord]
    payments: list[PaymentRecord]
    readings: list[ReadingRecord]
    commands: list[CommandRecord] = []


class AccountsRecord(_Record):
    accounts: list[AccountRecord]
