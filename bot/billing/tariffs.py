"""Prices as data: the tariffs of `data/tariffs`, typed, dated and with their source."""

from dataclasses import dataclass
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
POWER_FACTOR = "power_factor.yml"


class Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Data):
    """Where a price comes from. Anything but V waits for the supplier's confirmation."""

    document: str
    facts: list[str]
    mark: Literal["V", "K", "demo"]

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
    """Yuan per kW of the month's highest demand, reduced for those who use their capacity well."""

    label: str
    price: Decimal
    reduced_label: str
    reduced_from_kwh_per_kva: Decimal
    reduced_to: Decimal


class TariffVersion(Data):
    """A tariff as it stands from a day on: a ladder (`steps`) or a price made of parts."""

    effective_from: date
    source: Source
    steps: list[Step] = []
    steps_household_of_many: list[Step] = []
    adders: list[Adder] = []
    allowance: Allowance | None = None
    parts: list[Part] = []
    ratios: dict[Register, Decimal] = {}
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
        return self


class Tariff(Data):
    code: str
    name: str
    versions: list[TariffVersion]

    def on(self, day: date) -> TariffVersion:
        """The version in force on a day."""
        in_force = [version for version in self.versions if version.effective_from <= day]
        if not in_force:
            raise ConfigurationError(f"电价 {self.code} 在 {day} 没有可用的版本")
        return max(in_force, key=lambda version: version.effective_from)


class Increase(Data):
    down_to: Decimal
    each: Decimal


class FactorTable(Data):
    """How many percent a power factor takes off or adds, for one standard."""

    reduction: dict[Decimal, Decimal]
    increase: list[Increase]


@dataclass(frozen=True)
class Tariffs:
    """Everything `data/tariffs` holds."""

    by_code: dict[str, Tariff]
    factor_tables: dict[Decimal, FactorTable]

    def get(self, code: str) -> Tariff:
        try:
            return self.by_code[code]
        except KeyError as error:
            raise ConfigurationError(f"没有编号为 {code} 的电价") from error


def load_tariffs(folder: Path = TARIFFS) -> Tariffs:
    tariffs = [
        tariff
        for path in sorted(folder.glob("*.yml"))
        if path.name != POWER_FACTOR
        for tariff in _read(path, TypeAdapter(list[Tariff]))
    ]
    return Tariffs({t.code: t for t in tariffs}, _read(folder / POWER_FACTOR, TypeAdapter(dict[Decimal, FactorTable])))


def _read(path: Path, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"电价文件 {path.name} 有误:{error}") from error
