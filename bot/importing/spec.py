"""What may be imported, as data: `data/importing/tables.yml` says which columns a table has and what each may hold."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Table

from bot.billing.tables import Bill, BillingTerms, BillLine, ExportSettlement, Invoice, Payment, ReadingRoute
from bot.customers.metering import Meter, MeterExchange, MeterReading
from bot.customers.network import NetworkNode, SupplyPoint, UsagePoint
from bot.customers.tables import (
    AccountAlias,
    ArrearsNotice,
    Contact,
    CustomerAccount,
    CustomerAgreement,
    ServiceLocation,
    SupplyCommand,
)
from bot.errors import ConfigurationError
from bot.settings import ROOT

TABLES, REASONS = ROOT / "data" / "importing" / "tables.yml", ROOT / "data" / "importing" / "reasons.yml"
# In this order, whatever the order of the files: what refers to something comes after it.
MODELS: dict[str, Any] = {
    "accounts": CustomerAccount,
    "aliases": AccountAlias,
    "nodes": NetworkNode,
    "locations": ServiceLocation,
    "usage_points": UsagePoint,
    "supply_points": SupplyPoint,
    "meters": Meter,
    "exchanges": MeterExchange,
    "contacts": Contact,
    "agreements": CustomerAgreement,
    "routes": ReadingRoute,
    "terms": BillingTerms,
    "readings": MeterReading,
    "payments": Payment,
    "bills": Bill,
    "bill_lines": BillLine,
    "invoices": Invoice,
    "settlements": ExportSettlement,
    "commands": SupplyCommand,
    "notices": ArrearsNotice,
}
Type = Literal[
    "account_no", "phone", "text", "whole", "money", "energy", "price", "day", "moment", "flag", "list", "choice"
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Entry):
    titles: list[str]
    type: Type
    required: bool = False
    default: str | None = None
    values: dict[str, str | int] = {}
    refers: str | None = None
    never: str | None = None
    past: bool = False
    least: int | None = None


class TableSpec(_Entry):
    """One kind of record. `key` is its natural key, by which a second import finds it again."""

    kind: str
    title: str
    names: list[str]
    key: list[str]
    columns: dict[str, Column]

    @property
    def table(self) -> Table:
        table: Table = MODELS[self.kind].__table__
        return table


class Words(_Entry):
    """The wording of the report of refused lines."""

    reasons: dict[str, str]
    classes: dict[str, str]
    columns: dict[str, str]
    flags: dict[str, list[str]]


@cache
def load_specs(path: Path = TABLES) -> dict[str, TableSpec]:
    """By kind, in the order they are imported."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {kind: TableSpec(kind=kind, **data[kind]) for kind in MODELS}
    except (OSError, yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


@cache
def load_words(path: Path = REASONS) -> Words:
    try:
        return Words.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
