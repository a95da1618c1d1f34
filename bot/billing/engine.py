"""The tariff engine: from use and terms to the lines of a bill. Pure and exact; the total is the sum of its lines."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.power_factor import adjustment_percent
from bot.billing.tariffs import FactorTable, Step, TariffVersion
from bot.customers.metering import Register

CENT = Decimal("0.01")
SIX_PLACES = Decimal("0.000001")
ZERO = Decimal(0)
KWH, KVA, KW, PERCENT = "kWh", "kVA", "kW", "%"
ENERGY_KINDS = frozenset({"step", "time_of_use", "energy", "allowance"})


@dataclass(frozen=True)
class Use:
    """What was measured in one period. `before` is what the same price year had used already."""

    start: date
    end: date
    registers: dict[Register, Decimal]
    before: Decimal = ZERO
    reactive_kvarh: Decimal = ZERO
    max_demand_kw: Decimal | None = None

    @property
    def kwh(self) -> Decimal:
        return sum(self.registers.values(), ZERO)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Terms:
    """What of an account decides its price, apart from the tariff. `capacity_share` is less than 1 in a part month."""

    household_of_many: bool = False
    allowance_kwh: Decimal = ZERO
    capacity_kva: Decimal | None = None
    capacity_basis: str | None = None
    capacity_share: Decimal = Decimal(1)
    factor_table: tuple[Decimal, FactorTable] | None = None


@dataclass(frozen=True)
class Line:
    """One line of a bill."""

    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Priced:
    lines: tuple[Line, ...]
    unverified: bool = field(default=False)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO).quantize(CENT)

    @property
    def energy(self) -> Decimal:
        """What the energy itself costs: steps, time of use and allowance, without capacity, funds and adjustments."""
        return sum((line.amount for line in self.lines if line.kind in ENERGY_KINDS), ZERO).quantize(CENT)


def price_period(version: TariffVersion, use: Use, terms: Terms) -> Priced:
    """The whole bill of one period."""
    energy = price_energy(version, use, terms)
    capacity = _capacity_lines(version, use, terms)
    adjusted = sum((line.amount for line in (*capacity, *energy.lines) if line.kind != "fund"), ZERO)
    factor = _factor_lines(version, use, terms, adjusted)
    return Priced((*capacity, *energy.lines, *factor), energy.unverified)


def price_energy(version: TariffVersion, use: Use, terms: Terms) -> Priced:
    """The energy alone, without capacity and power factor: what an estimate within a month can tell."""
    lines = _ladder_lines(version, use, terms) if version.steps else _part_lines(version, use)
    return Priced(tuple(lines), _unverified(version, terms))


def split_steps(steps: list[Step], before: Decimal, kwh: Decimal) -> list[tuple[Step, Decimal]]:
    """How much of `kwh` falls into each step after `before` has been used."""
    parts: list[tuple[Step, Decimal]] = []
    at, left = before, kwh
    for step in steps:
        room = left if step.up_to is None else max(step.up_to - at, ZERO)
        taken = min(room, left)
        if taken > 0:
            parts.append((step, taken))
        at, left = at + taken, left - taken
    return parts


def ladder(version: TariffVersion, household_of_many: bool) -> list[Step]:
    return version.steps_household_of_many if household_of_many and version.steps_household_of_many else version.steps


def charge(kind: str, label: str, quantity: Decimal, unit: str, unit_price: Decimal) -> Line:
    unit_price = unit_price.quantize(SIX_PLACES, ROUND_HALF_UP)
    amount = (quantity * unit_price).quantize(CENT, ROUND_HALF_UP)
    return Line(kind, label, quantity, unit, unit_price, amount)


def _ladder_lines(version: TariffVersion, use: Use, terms: Terms) -> list[Line]:
    steps = ladder(version, terms.household_of_many)
    lines = [charge("step", s.label, kwh, KWH, s.price) for s, kwh in split_steps(steps, use.before, use.kwh)]
    for adder in version.adders:
        kwh = use.registers.get(adder.register_name, ZERO)
        if kwh:
            lines.append(charge("time_of_use", adder.label, kwh, KWH, adder.price))
    free = min(terms.allowance_kwh, use.kwh)
    if version.allowance and free:
        lines.append(charge("allowance", version.allowance.label, free, KWH, -steps[0].price))
    return lines


def _part_lines(version: TariffVersion, use: Use) -> list[Line]:
    floating = sum((part.price for part in version.parts if part.floats), ZERO)
    if version.ratios:
        lines = [
            charge("energy", version.register_labels[name], kwh, KWH, floating * version.ratios[name])
            for name, kwh in use.registers.items()
            if kwh
        ]
    else:
        lines = [charge("energy", version.energy_label or "", use.kwh, KWH, floating)]
    fixed = [part for part in version.parts if not part.floats]
    return lines + [charge("fund", part.label, use.kwh, KWH, part.price) for part in fixed]


def _capacity_lines(version: TariffVersion, use: Use, terms: Terms) -> list[Line]:
    if terms.capacity_basis == "capacity" and version.capacity and terms.capacity_kva:
        rate = version.capacity.price * terms.capacity_share
        return [charge("capacity", version.capacity.label, terms.capacity_kva, KVA, rate)]
    if terms.capacity_basis == "demand" and version.demand and use.max_demand_kw is not None:
        demand = version.demand
        kva = terms.capacity_kva or ZERO
        well_used = kva > 0 and use.kwh >= demand.reduced_from_kwh_per_kva * kva
        label, factor = (demand.reduced_label, demand.reduced_to) if well_used else (demand.label, Decimal(1))
        return [charge("capacity", label, use.max_demand_kw, KW, demand.price * factor * terms.capacity_share)]
    return []


def _factor_lines(version: TariffVersion, use: Use, terms: Terms, adjusted: Decimal) -> list[Line]:
    if version.power_factor_label is None or terms.factor_table is None or not use.kwh:
        return []
    standard, table = terms.factor_table
    percent = adjustment_percent(table, standard, use.kwh, use.reactive_kvarh)
    if not percent:
        return []
    amount = (adjusted * percent / 100).quantize(CENT, ROUND_HALF_UP)
    return [Line("power_factor", version.power_factor_label, percent, PERCENT, adjusted, amount)]


def _unverified(version: TariffVersion, terms: Terms) -> bool:
    allowance = version.allowance if terms.allowance_kwh else None
    return version.source.unverified or (allowance is not None and allowance.source.unverified)
