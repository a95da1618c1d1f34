"""The tariff engine: from use and terms to the lines of a bill. Pure and exact; the total is the sum of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.kinds import ENERGY_KINDS, NOT_ADJUSTED_KINDS, LineKind
from bot.billing.lines import CENT, KVA, KW, KWH, PERCENT, Line, Origin, charge
from bot.billing.power_factor import adjustment_percent
from bot.billing.tariffs import FactorRules, Step, TariffVersion
from bot.customers.metering import Register
from bot.errors import InvalidInput

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Use:
    """What was measured in one period. `before`: kWh that the same price year has priced by steps already."""

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

    @property
    def months(self) -> set[int]:
        """The calendar months the period touches."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.end))
        return {month % 12 + 1 for month in range(first, last + 1)}


@dataclass(frozen=True)
class MixedUse:
    """定比定量: a share of the use, or so many kWh of it, is priced by another tariff."""

    version: TariffVersion
    share: Decimal | None = None
    kwh: Decimal | None = None

    def of(self, use: Use) -> Decimal:
        wanted = self.kwh if self.kwh is not None else use.kwh * (self.share or ZERO)
        return min(wanted, use.kwh).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Terms:
    """What of an account decides its price, apart from the tariff. `capacity_share`: how many months of it are due."""

    household_of_many: bool = False
    allowance_kwh: Decimal = ZERO
    capacity_kva: Decimal | None = None
    capacity_basis: str | None = None
    capacity_share: Decimal = ONE
    agreed_demand_kw: Decimal | None = None
    power_factor_standard: Decimal | None = None
    mixed: MixedUse | None = None


@dataclass(frozen=True)
class Priced:
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO).quantize(CENT)

    @property
    def energy(self) -> Decimal:
        """What the energy itself costs: steps, time of use and allowance, without capacity, funds and adjustments."""
        return sum((line.amount for line in self.lines if line.kind in ENERGY_KINDS), ZERO).quantize(CENT)

    @property
    def unverified(self) -> bool:
        return any(line.origin.unverified for line in self.lines)

    @property
    def stepped_kwh(self) -> Decimal:
        """What the next period of this price year has before it."""
        return sum((line.quantity for line in self.lines if line.kind == LineKind.STEP), ZERO)


def price_period(version: TariffVersion, use: Use, terms: Terms, factors: FactorRules | None = None) -> Priced:
    """The whole bill of one period. `factors` only where a power factor is to be kept."""
    charged = (*_basic_lines(version, use, terms), *price_energy(version, use, terms).lines)
    return Priced((*charged, *factor_lines(version, use, terms, charged, factors)))


def price_energy(version: TariffVersion, use: Use, terms: Terms) -> Priced:
    """The energy alone, without capacity and power factor: what an estimate within a month can tell."""
    lines: list[Line] = []
    for priced_by, part in _shared_out(version, use, terms.mixed):
        own = terms if priced_by is version else Terms()
        _check_registers(priced_by, part)
        lines += _ladder_lines(priced_by, part, own) if priced_by.steps else _part_lines(priced_by, part)
    return Priced(tuple(lines))


def price_export(version: TariffVersion, kwh: Decimal) -> Line:
    """What a customer is paid for energy sent into the network."""
    step = version.steps[0]
    return charge(LineKind.EXPORT, step.label, kwh, KWH, step.price, _origin(version))


def split_steps(steps: Sequence[Step], before: Decimal, kwh: Decimal) -> list[tuple[Step, Decimal]]:
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


def _origin(version: TariffVersion) -> Origin:
    return Origin.of(version.source, version.effective_from)


def _shared_out(version: TariffVersion, use: Use, mixed: MixedUse | None) -> list[tuple[TariffVersion, Use]]:
    """The use by tariff: all of it by one, or split, each register in proportion."""
    other = mixed.of(use) if mixed and use.kwh else ZERO
    if mixed is None or not other:
        return [(version, use)]
    theirs: dict[Register, Decimal] = {}
    left = other
    for name, kwh in use.registers.items():
        theirs[name] = min((other * kwh / use.kwh).quantize(CENT, ROUND_HALF_UP), left, kwh)
        left -= theirs[name]
    for name, kwh in use.registers.items():  # the cents that rounding left over
        more = min(left, kwh - theirs[name])
        theirs[name], left = theirs[name] + more, left - more
    ours = {name: kwh - theirs[name] for name, kwh in use.registers.items()}
    return [(version, replace(use, registers=ours)), (mixed.version, replace(use, registers=theirs, before=ZERO))]


def _check_registers(version: TariffVersion, use: Use) -> None:
    """A register that counts in none of the period's months has been read wrongly (尖峰 outside its months)."""
    if not version.time_bands:
        return
    known = {name for month in use.months for name in version.bands(month)}
    if wrong := [name for name, kwh in use.registers.items() if kwh and name not in known]:
        raise InvalidInput("这个月份不该有这个时段的电量", code="register_out_of_season", detail=",".join(wrong))


def _ladder_lines(version: TariffVersion, use: Use, terms: Terms) -> list[Line]:
    steps, origin = ladder(version, terms.household_of_many), _origin(version)
    taken = split_steps(steps, use.before, use.kwh)
    kind = LineKind.STEP if len(steps) > 1 else LineKind.ENERGY
    lines = [charge(kind, step.label, kwh, KWH, step.price, origin) for step, kwh in taken]
    for adder in version.adders:
        kwh = use.registers.get(adder.register_name, ZERO)
        if kwh:
            lines.append(charge(LineKind.TIME_OF_USE, adder.label, kwh, KWH, adder.price, origin))
    free = min(terms.allowance_kwh, use.kwh)
    if version.allowance and free:
        given = Origin.of(version.allowance.source, version.effective_from)
        lines.append(charge(LineKind.ALLOWANCE, version.allowance.label, free, KWH, -steps[0].price, given))
    return lines


def _part_lines(version: TariffVersion, use: Use) -> list[Line]:
    origin = _origin(version)
    floating = sum((part.price for part in version.parts if part.floats), ZERO)
    if version.ratios:
        lines = [
            charge(LineKind.ENERGY, version.register_labels[name], kwh, KWH, floating * version.ratios[name], origin)
            for name, kwh in use.registers.items()
            if kwh
        ]
    else:
        lines = [charge(LineKind.ENERGY, version.energy_label or "", use.kwh, KWH, floating, origin)]
    fixed = [part for part in version.parts if not part.floats]
    return lines + [charge(LineKind.FUND, part.label, use.kwh, KWH, part.price, origin) for part in fixed]


def _basic_lines(version: TariffVersion, use: Use, terms: Terms) -> list[Line]:
    if terms.capacity_basis == "capacity" and version.capacity and terms.capacity_kva:
        rate, label = version.capacity.price * terms.capacity_share, version.capacity.label
        return [charge(LineKind.CAPACITY, label, terms.capacity_kva, KVA, rate, _origin(version))]
    if terms.capacity_basis == "demand" and version.demand and use.max_demand_kw is not None:
        return _demand_lines(version, use, terms, use.max_demand_kw)
    return []


def _demand_lines(version: TariffVersion, use: Use, terms: Terms, measured: Decimal) -> list[Line]:
    demand, agreed, origin = version.demand, terms.agreed_demand_kw, _origin(version)
    assert demand is not None
    kva = terms.capacity_kva or ZERO
    well_used = kva > 0 and use.kwh >= demand.reduced_from_kwh_per_kva * kva
    label, factor = (demand.reduced_label, demand.reduced_to) if well_used else (demand.label, ONE)
    rate = demand.price * factor * terms.capacity_share
    tolerated = agreed * demand.tolerated if agreed is not None else measured
    above = max(measured - tolerated, ZERO)
    charged = agreed if agreed is not None and not above else measured
    lines = [charge(LineKind.DEMAND, label, charged, KW, rate, origin)]
    return [*lines, charge(LineKind.DEMAND, demand.above_label, above, KW, rate, origin)] if above else lines


def factor_lines(
    version: TariffVersion, use: Use, terms: Terms, charged: Sequence[Line], factors: FactorRules | None
) -> list[Line]:
    """What the power factor of the whole period adds to (or takes off) what was charged."""
    standard, label = terms.power_factor_standard, version.power_factor_label
    if factors is None or standard is None or label is None or not use.kwh:
        return []
    percent = adjustment_percent(factors.standards[standard], standard, use.kwh, use.reactive_kvarh)
    if not percent:
        return []
    adjusted = sum((line.amount for line in charged if line.kind not in NOT_ADJUSTED_KINDS), ZERO)
    amount = (adjusted * percent / 100).quantize(CENT, ROUND_HALF_UP)
    origin = Origin.of(factors.source, factors.effective_from)
    return [Line(LineKind.POWER_FACTOR, label, percent, PERCENT, adjusted, amount, origin)]
