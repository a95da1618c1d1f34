"""What `data/demo/billing.yml` may say of the demo customers' readings, terms and money, beside the customer files."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.customers.demo_data import DEMO
from bot.customers.metering import Register
from bot.errors import ConfigurationError

FILE = "billing.yml"


class Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoRoute(Data):
    route_no: str
    name: str
    station: str
    reading_day: int = 31
    cycle_months: int = 1
    method: str = "auto"


class DemoTerms(Data):
    agreed_demand_kw: Decimal | None = None
    mixed_tariff: str | None = None
    mixed_share: Decimal | None = None
    mixed_kwh: Decimal | None = None
    export_tariff: str | None = None


class DemoReversal(Data):
    """Money that was booked here and taken off again."""

    amount: Decimal
    days_ago: int
    channel: str
    reason: Literal["wrong_account", "bank_return", "duplicate"]


class DemoInvoices(Data):
    kind: Literal["electronic", "special"]
    newest: int


class DemoBilling(Data):
    """`shares`: registers that count although the tariff does not ask. `exported`: kWh a day by month.

    `estimated_share`: the bill before the newest was estimated at this part of the real use.
    """

    account_no: str
    route: str | None = None
    terms: DemoTerms | None = None
    shares: dict[Register, Decimal] = {}
    exported: dict[int, Decimal] = {}
    estimated_share: Decimal | None = None
    reversal: DemoReversal | None = None
    invoices: DemoInvoices | None = None


class DemoBillingFile(Data):
    routes: list[DemoRoute]
    accounts: list[DemoBilling]

    def of(self, account_no: str) -> DemoBilling:
        return next((a for a in self.accounts if a.account_no == account_no), DemoBilling(account_no=account_no))


def load_demo_billing(folder: Path = DEMO) -> DemoBillingFile:
    try:
        content = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
        return TypeAdapter(DemoBillingFile).validate_python(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"示范数据 {FILE} 有误:{error}") from error
