"""What a customer could save with another tariff, basis or a compensator: priced with their own registers. Pure.

Only what saves is told, for the months given, as if they came again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot.billing.engine import Terms, Use, price_period
from bot.billing.power_factor import power_factor
from bot.billing.tariffs import Tariffs

ZERO, WORTH = Decimal(0), Decimal(10)  # yuan: less is not worth a word
MONTHS = 12


class Change(StrEnum):
    TARIFF = "tariff"
    BASIS = "basis"
    POWER_FACTOR = "power_factor"


@dataclass(frozen=True)
class Month:
    """One billed period as it was measured, with the terms of its bill."""

    use: Use
    terms: Terms


@dataclass(frozen=True)
class Saving:
    """`to`: the tariff, the basis, or the power factor to reach. `kvar`: about what a compensator must make."""

    change: Change
    to: str
    yuan: Decimal
    months: int
    unverified: bool
    kvar: Decimal | None = None


def tells_times(months: Sequence[Month]) -> bool:
    """Whether a year is there, measured by the time of day: only then is "nothing saves" known."""
    return len(months) >= MONTHS and all("valley" in month.use.registers for month in months[-MONTHS:])


def advise(tariffs: Tariffs, code: str, months: Sequence[Month]) -> tuple[Saving, ...]:
    """What would have saved in these months, the largest first."""
    if len(months) < MONTHS:
        return ()
    months = months[-MONTHS:]
    now, _ = _cost(tariffs, code, months)
    savings = [
        *_other_tariffs(tariffs, code, months, now),
        *_other_basis(tariffs, code, months, now),
        *_better_factor(tariffs, code, months, now),
    ]
    return tuple(sorted((s for s in savings if s.yuan >= WORTH), key=lambda s: -s.yuan))


def _cost(tariffs: Tariffs, code: str, months: Sequence[Month]) -> tuple[Decimal, bool]:
    priced = [price_period(tariffs.on(code, m.use.end), m.use, m.terms, tariffs.factors) for m in months]
    return sum((each.total for each in priced), ZERO), any(each.unverified for each in priced)


def _other_tariffs(tariffs: Tariffs, code: str, months: Sequence[Month], now: Decimal) -> list[Saving]:
    """A tariff by time can only be judged where the registers have told the times apart."""
    told_apart = all(not m.use.registers.get("flat") for m in months)
    savings = []
    for other in tariffs.get(code).alternatives:
        if told_apart or not tariffs.get(other).on(months[-1].use.end).adders:
            cost, unverified = _cost(tariffs, other, months)
            savings.append(Saving(Change.TARIFF, tariffs.get(other).name, now - cost, len(months), unverified))
    return savings


def _other_basis(tariffs: Tariffs, code: str, months: Sequence[Month], now: Decimal) -> list[Saving]:
    basis = months[-1].terms.capacity_basis
    if basis is None:
        return []
    to = "demand" if basis == "capacity" else "capacity"
    changed = [_on_basis(tariffs, code, month, to) for month in months]
    cost, unverified = _cost(tariffs, code, changed)
    return [Saving(Change.BASIS, to, now - cost, len(months), unverified)]


def _on_basis(tariffs: Tariffs, code: str, month: Month, basis: str) -> Month:
    """By demand no less is agreed than the least share of the capacity (03-07)."""
    terms = replace(month.terms, capacity_basis=basis, agreed_demand_kw=None)
    demand = tariffs.on(code, month.use.end).demand
    if basis == "capacity" or demand is None:
        return Month(month.use, terms)
    least = demand.least_share_of_capacity * (terms.capacity_kva or ZERO)
    return Month(replace(month.use, max_demand_kw=max(month.use.max_demand_kw or ZERO, least)), terms)


def _better_factor(tariffs: Tariffs, code: str, months: Sequence[Month], now: Decimal) -> list[Saving]:
    """What a power factor at its standard in every month would have spared."""
    standard = months[-1].terms.power_factor_standard
    if standard is None:
        return []
    cost, unverified = _cost(tariffs, code, [_at_least(month, standard) for month in months])
    kvar = max((_missing_kvar(month, standard) for month in months), default=ZERO)
    return [Saving(Change.POWER_FACTOR, str(standard), now - cost, len(months), unverified, kvar)]


def _at_least(month: Month, standard: Decimal) -> Month:
    if power_factor(month.use.kwh, month.use.reactive_kvarh) >= standard:
        return month
    return Month(replace(month.use, reactive_kvarh=month.use.kwh * _tan(standard)), month.terms)


def _missing_kvar(month: Month, standard: Decimal) -> Decimal:
    """Q = P (tan φ now - tan φ at the standard), at the month's highest demand."""
    use = month.use
    if not use.kwh or use.max_demand_kw is None:
        return ZERO
    missing = use.max_demand_kw * (use.reactive_kvarh / use.kwh - _tan(standard))
    return max(missing, ZERO).quantize(Decimal(1), ROUND_HALF_UP)


def _tan(factor: Decimal) -> Decimal:
    return (1 / factor**2 - 1).sqrt()
