"""Prices as data: the tariffs of `data/tariffs`, typed, dated and with their source."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from bot.customers.metering import Register
from bot.errors import ConfigurationError
from bot.settings import ROOT

TARIFFS = ROOT / "data" / "tariffs"
POWER_FACTOR, LATE_FEES = "power_factor.yml", "late_fees.yml"
Mark = Literal["V", "K", "demo"]


class Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Data):
    """Where a price comes from. Anything but V waits for the supplier's confirmation."""

    document: str
    facts: list[str]
    mark: Mark

    @property
    def unverified(self) -> bool:
        return self.mark != "V"


class Step(Data):
    """One step of a yearly ladder, open above when `up_to` is None."""

    label: str
    price: Decimal
    up_to: Decimal | None = None


class Adder(Data):
    """Added to (or taken from) the step price for what one register counted."""

    label: str
    register_name: Register
    price: Decimal


class Part(Data):
    """One part of a price; `floats` with the time of use."""

    label: str
    price: Decimal
    floats: bool


class Allowance(Data):
    label: str
    source: Source


class Capacity(Data):
    """Yuan per kVA and month."""

    label: str
    price: Decimal


class Demand(Data):
    """Yuan per kW of the month's highest demand, reduced for those who use their capacity well (03-05).

    Where a demand is agreed, up to `tolerated` times it the agreed one is charged, and what lies above counts twice.
    """

    label: str
    price: Decimal
    reduced_label: str
    reduced_from_kwh_per_kva: Decimal
    reduced_to: Decimal
    tolerated: Decimal
    above_label: str
    least_share_of_capacity: Decimal


class TimeBands(Data):
    """Which hours of the day a register counts in these months, e.g. peak: 16-24."""

    months: list[int]
    hours: dict[Register, str]


class TariffVersion(Data):
    """A tariff as it stands from a day on: a ladder (`steps`) or a price made of parts, some of them monthly."""

    effective_from: date
    source: Source
    steps: list[Step] = []
    steps_household_of_many: list[Step] = []
    adders: list[Adder] = []
    allowance: Allowance | None = None
    parts: list[Part] = []
    agency: str | None = None
    ratios: dict[Register, Decimal] = {}
    time_bands: list[TimeBands] = []
    energy_label: str | None = None
    register_labels: dict[Register, str] = {}
    capacity: Capacity | None = None
    demand: Demand | None = None
    power_factor_label: str | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if bool(self.steps) == bool(self.parts):
            raise ValueError("a tariff has either steps or parts")
        if self.steps and self.steps[-1].up_to is not None:
            raise ValueError("the last step is open above")
        if set(self.ratios) != set(self.register_labels):
            raise ValueError("every register that floats has a label and a ratio")
        return self

    def bands(self, month: int) -> dict[Register, str]:
        """The hours of each register in a month; empty where the tariff knows no times."""
        return next((bands.hours for bands in self.time_bands if month in bands.months), {})


class Tariff(Data):
    """`alternatives`: tariffs that the same customer may choose instead."""

    code: str
    name: str
    alternatives: list[str] = []
    versions: list[TariffVersion]

    def on(self, day: date) -> TariffVersion:
        """The version in force on a day."""
        in_force = [version for version in self.versions if version.effective_from <= day]
        if not in_force:
            raise ConfigurationError(f"电价 {self.code} 在 {day} 没有可用的版本")
        return max(in_force, key=lambda version: version.effective_from)


class AgencyPrices(Data):
    """代理购电 prices by month: `2026-11` → part → yuan per kWh. A demonstration may name months without a year."""

    code: str
    source: Source
    floats: list[str]
    months: dict[str, dict[str, Decimal]]

    def parts(self, month: date) -> list[Part]:
        """The parts published for a month. A month without prices is refused: an old price is not a price."""
        published = self.months.get(f"{month:%Y-%m}")
        if published is None and self.source.mark == "demo":
            published = self.months.get(f"{month:%m}")
        if published is None:
            raise ConfigurationError(f"代理购电价格 {self.code} 缺 {month:%Y-%m}")
        return [Part(label=label, price=price, floats=label in self.floats) for label, price in published.items()]


class Increase(Data):
    down_to: Decimal
    each: Decimal


class FactorTable(Data):
    """How many percent a power factor takes off or adds, for one standard."""

    reduction: dict[Decimal, Decimal]
    increase: list[Increase]


class FactorRules(Data):
    source: Source
    effective_from: date
    standards: dict[Decimal, FactorTable]


class LateFeeRate(Data):
    """Parts of the money owed, for each day it is late: in the year it fell due, and in the years after."""

    same_year: Decimal
    later_years: Decimal


class LateFees(Data):
    label: str
    source: Source
    effective_from: date
    residential: LateFeeRate
    others: LateFeeRate


@dataclass(frozen=True)
class Tariffs:
    """Everything `data/tariffs` holds."""

    by_code: dict[str, Tariff]
    factors: FactorRules
    late_fees: LateFees
    agency: dict[str, AgencyPrices] = field(default_factory=dict)

    def get(self, code: str) -> Tariff:
        try:
            return self.by_code[code]
        except KeyError as error:
            raise ConfigurationError(f"没有编号为 {code} 的电价") from error

    def on(self, code: str, day: date) -> TariffVersion:
        """The version in force on a day, with the purchase prices of that day's month among its parts."""
        version = self.get(code).on(day)
        if version.agency is None:
            return version
        try:
            monthly = self.agency[version.agency].parts(day)
        except KeyError as error:
            raise ConfigurationError(f"没有编号为 {version.agency} 的代理购电价格") from error
        return version.model_copy(update={"parts": [*monthly, *version.parts]})


def load_tariffs(folder: Path = TARIFFS) -> Tariffs:
    tariffs = [
        tariff
        for path in sorted(folder.glob("*.yml"))
        if path.name not in (POWER_FACTOR, LATE_FEES)
        for tariff in _read(path, TypeAdapter(list[Tariff]))
    ]
    monthly = [
        prices
        for path in sorted((folder / "agency").glob("*.yml"))
        for prices in _read(path, TypeAdapter(list[AgencyPrices]))
    ]
    return Tariffs(
        {tariff.code: tariff for tariff in tariffs},
        _read(folder / POWER_FACTOR, TypeAdapter(FactorRules)),
        _read(folder / LATE_FEES, TypeAdapter(LateFees)),
        {prices.code: prices for prices in monthly},
    )


def _read(path: Path, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"电价文件 {path.name} 有误:{error}") from error
