"""A period whose prices change within it: a new version of the tariff, or another tariff, from some day on. Pure.

What was used before that day is known where the meter was read each day; else each day counts alike (按日分摊).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.engine import Priced, Terms, Use, factor_lines, price_period
from bot.billing.kinds import LineKind
from bot.billing.lines import CENT, Line
from bot.billing.tariffs import FactorRules, Tariffs, TariffVersion
from bot.customers.metering import Register

ZERO = Decimal(0)
ByDay = Mapping[date, Mapping[Register, Decimal]]


@dataclass(frozen=True)
class Stretch:
    """Some days of one period with the prices that hold on them; `terms` are those of the whole period."""

    version: TariffVersion
    use: Use
    terms: Terms


def price_by_version(
    tariffs: Tariffs, code: str, use: Use, terms: Terms, factors: FactorRules | None = None, by_day: ByDay | None = None
) -> Priced:
    """The bill of a period by one tariff, each day at the prices in force on it."""
    starts = [v.effective_from for v in tariffs.get(code).versions if use.start < v.effective_from <= use.end]
    uses = split(use, sorted(starts), by_day or {})
    return price_stretches([Stretch(tariffs.on(code, each.end), each, terms) for each in uses], factors)


def price_stretches(stretches: Sequence[Stretch], factors: FactorRules | None = None) -> Priced:
    """One bill over stretches that follow one another.

    The ladder goes on from one to the next, free energy is given once, a month's charges fall to each by its days, and
    the power factor is that of the whole period.
    """
    if len(stretches) == 1:
        return price_period(stretches[0].version, stretches[0].use, stretches[0].terms, factors)
    lines: list[Line] = []
    days = sum(stretch.use.days for stretch in stretches)
    before, free = stretches[0].use.before, stretches[0].terms.allowance_kwh
    for stretch in stretches:
        terms = replace(_share(stretch.terms, Decimal(stretch.use.days) / days), allowance_kwh=free)
        priced = price_period(stretch.version, replace(stretch.use, before=before), terms)
        before += priced.stepped_kwh
        free -= sum((line.quantity for line in priced.lines if line.kind == LineKind.ALLOWANCE), ZERO)
        lines += priced.lines
    last = stretches[-1]
    return Priced((*lines, *factor_lines(last.version, _whole(stretches), last.terms, lines, factors)))


def split(use: Use, starts: Sequence[date], by_day: ByDay) -> list[Use]:
    """The use before, between and from these days on. Nothing is lost: the last part is what the others leave."""
    parts: list[Use] = []
    rest = use
    for first in starts:
        days = [rest.start + timedelta(days=n) for n in range((first - rest.start).days)]
        earlier: dict[Register, Decimal] = {}
        for name, kwh in rest.registers.items():
            if all(day in by_day for day in days):
                earlier[name] = min(sum((by_day[day].get(name, ZERO) for day in days), ZERO), kwh)
            else:
                earlier[name] = (kwh * len(days) / rest.days).quantize(CENT, ROUND_HALF_UP)
        reactive = (rest.reactive_kvarh * len(days) / rest.days).quantize(CENT, ROUND_HALF_UP)
        parts.append(replace(rest, end=days[-1], registers=earlier, reactive_kvarh=reactive))
        left = {name: kwh - earlier[name] for name, kwh in rest.registers.items()}
        rest = replace(rest, start=first, registers=left, reactive_kvarh=rest.reactive_kvarh - reactive)
    return [*parts, rest]


def _share(terms: Terms, share: Decimal) -> Terms:
    mixed = terms.mixed
    if mixed is not None and mixed.kwh is not None:
        mixed = replace(mixed, kwh=(mixed.kwh * share).quantize(CENT, ROUND_HALF_UP))
    return replace(terms, capacity_share=terms.capacity_share * share, mixed=mixed)


def _whole(stretches: Sequence[Stretch]) -> Use:
    registers: dict[Register, Decimal] = {}
    for stretch in stretches:
        for name, kwh in stretch.use.registers.items():
            registers[name] = registers.get(name, ZERO) + kwh
    reactive = sum((stretch.use.reactive_kvarh for stretch in stretches), ZERO)
    return replace(stretches[0].use, end=stretches[-1].use.end, registers=registers, reactive_kvarh=reactive)
