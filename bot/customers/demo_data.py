"""What the files of `data/demo` may say, typed. Written by people who know customers, not code."""

import hashlib
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.customers.metering import Register
from bot.errors import ConfigurationError
from bot.settings import ROOT

DEMO = ROOT / "data" / "demo"
RATED_ONE_PHASE, RATED_THREE_PHASE = Decimal("13.2"), Decimal("39.6")
T = TypeVar("T")


class Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoUse(Data):
    """kWh a day, and more for each degree of heat or cold."""

    base: Decimal
    hot: Decimal = Decimal(0)
    cold: Decimal = Decimal(0)


class DemoConsent(Data):
    """Whom the holder let in, since when and for how much longer."""

    phone: str
    name: str
    role: str
    scope: list[str]
    began_days_ago: int
    ends_in_days: int | None = None


class OwnSupply(Data):
    power_kw: Decimal
    interlock: bool
    checked_days_ago: int


class DayOfYear(Data):
    month: int
    day: int


class AgreementDraft(Data):
    """Not signed yet, and what it still lacks."""

    missing: list[str] = []


class PendingPayment(Data):
    minutes_ago: int
    channel: str


class MeterSilent(Data):
    minutes: int | None = None
    since: time | None = None


class EventAt(Data):
    days_ago: int
    at: time
    delivered: bool = True


class CutOffToday(Data):
    cut_at: time
    paid_at: time
    paid: Decimal
    reconnection_failed: int


class MeterExchanged(Data):
    old_meter: str
    reason: str
    test: Literal["qualified", "unqualified"] | None = None


class Refund(Data):
    """A line taken off the newest bill."""

    label: str
    amount: Decimal


class Situation(Data):
    """What makes a demo customer special; brought to the present day at each seeding."""

    newest_bill_times: Decimal | None = None
    oldest_overdue_days: int | None = None
    disconnected: EventAt | None = None
    pending_payment: PendingPayment | None = None
    meter_silent: MeterSilent | None = None
    power_factor: Decimal | None = None
    agreement_ends: Literal["next_month"] | None = None
    agreement_draft: AgreementDraft | None = None
    holder_died: DayOfYear | None = None
    balance: Decimal | None = None
    cut_off_today: CutOffToday | None = None
    warned: EventAt | None = None
    meter_exchanged: MeterExchanged | None = None
    refund: Refund | None = None


class DemoCustomer(Data):
    account_no: str
    former_numbers: list[str] = []
    holder: str
    contact_name: str | None = None
    phone: str | None = None
    consents: list[DemoConsent] = []
    state: str = "in_service"
    customer_class: str = "residential"
    area: str = "urban"
    supply_channel: str = "protected"
    settlement_mode: str = "postpaid"
    warn_below: Decimal = Decimal(20)
    cut_off_at: Decimal = Decimal(0)
    tariff: str
    tariff_class: str = "residential"
    tariff_form: str = "steps"
    household_of_many: bool = False
    household_persons: int | None = None
    allowance_kwh: Decimal = Decimal(0)
    special_care: list[str] = []
    capacity_kva: Decimal | None = None
    capacity_basis: str | None = None
    power_factor_standard: Decimal | None = None
    voltage: str = "low"
    supply_form: str = "public_transformer"
    load_class: int = 3
    critical_grade: str = "none"
    critical_document: str | None = None
    critical_since: date | None = None
    security_load_kw: Decimal | None = None
    own_generation: str = "none"
    own_supply: OwnSupply | None = None
    distributed: str = "none"
    distributed_kw: Decimal | None = None
    account_manager: str | None = None
    address: str
    village: str
    station: str
    box: str | None = None
    transformer: str | None = None
    second_transformer: str | None = None
    phase: str = "ABC"
    multiplier: int = 1
    rated_kva: Decimal | None = None
    use: DemoUse | None = None
    shares: dict[Register, Decimal] = {"flat": Decimal(1)}
    factor_by_month: dict[int, Decimal] = {}
    situation: Situation = Situation()

    @property
    def registered_phone(self) -> str:
        """Phones end like the account, unless said otherwise."""
        return self.phone or "138000" + self.account_no[-5:]

    @property
    def meter_rating(self) -> Decimal:
        """kVA: a meter of 60 A on one phase or three, unless said otherwise."""
        return self.rated_kva or (RATED_THREE_PHASE if self.phase == "ABC" else RATED_ONE_PHASE)

    @property
    def meter_no(self) -> str:
        return "0410" + self.account_no[-8:]


class Branch(Data):
    code: str
    name: str
    boxes: list[str] = []


class Transformer(Data):
    code: str
    name: str
    owner: str = "supplier"
    owner_name: str | None = None
    owner_phone: str | None = None
    capacity_kva: Decimal | None = None
    serves: list[str] = []
    manager: str | None = None
    manager_phone: str | None = None
    branches: list[Branch] = []


class Section(Data):
    code: str
    name: str
    transformers: list[Transformer]


class Feeder(Data):
    code: str
    name: str
    sections: list[Section]


class Substation(Data):
    code: str
    name: str
    feeders: list[Feeder]


def load_customers(folder: Path = DEMO) -> list[DemoCustomer]:
    files = ("residential.yml", "business.yml")
    return [customer for name in files for customer in _read(folder / name, TypeAdapter(list[DemoCustomer]))]


def load_network(folder: Path = DEMO) -> list[Substation]:
    return _read(folder / "network.yml", TypeAdapter(list[Substation]))


def fingerprint(folder: Path = DEMO) -> str:
    """Changes when any file of the demo data changes."""
    content = b"".join(path.read_bytes() for path in sorted(folder.glob("*.yml")))
    return hashlib.sha256(content).hexdigest()


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return adapter.validate_python(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"示范数据 {path.name} 有误:{error}") from error
