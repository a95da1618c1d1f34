"""What probably lies behind another use: said as a likelihood, never as a finding. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.billing.explain import Comparison, Factor, kwh_per_day
from bot.billing.tables import Bill
from bot.customers.metering import ESTIMATED
from bot.customers.tables import COMMERCIAL, RESIDENTIAL
from bot.supplier.climate import Climate

DEGREE = Decimal("0.5")  # the least difference of weather that is spoken of
SLIGHT = Decimal("0.05")  # of the bill before: a use that cost less more needs no reason
NEAR, FAR = Decimal("0.2"), Decimal("0.3")  # parts of last year's use a day
FELT_BY = (RESIDENTIAL, COMMERCIAL)


class Cause(StrEnum):
    ESTIMATED_BEFORE = "estimated_before"  # the bill before was estimated too low: this one makes up for it
    ESTIMATED_NOW = "estimated_now"
    METER_EXCHANGED = "meter_exchanged"
    HEAT = "heat"
    COLD = "cold"
    SEASON = "season"  # as much as in the same month of last year: it is so every year (watering, heating a workshop)
    MORE_THAN_LAST_YEAR = "more_than_last_year"  # more people, new appliances, longer at home


class Likelihood(StrEnum):
    VERY = "very"
    SOME = "some"


@dataclass(frozen=True)
class Reason:
    cause: Cause
    likelihood: Likelihood


def reasons(
    against: Comparison, last_year: Bill | None, climate: Climate, customer_class: str, *, meter_exchanged: bool
) -> tuple[Reason, ...]:
    """The likely reasons, the most telling first. None where the use hardly rose."""
    newest, before = against.newest, against.reference
    found: list[Reason] = []
    if newest.method == ESTIMATED:
        found.append(Reason(Cause.ESTIMATED_NOW, Likelihood.VERY))
    if against.of(Factor.USE) <= before.amount * SLIGHT:
        return tuple(found)
    if before.method == ESTIMATED and newest.method != ESTIMATED:
        found.append(Reason(Cause.ESTIMATED_BEFORE, Likelihood.VERY))
    if meter_exchanged:
        found.append(Reason(Cause.METER_EXCHANGED, Likelihood.SOME))
    if customer_class in FELT_BY:
        found += _weather(newest, before, last_year, climate)
    if not found and _like_last_year(newest, last_year):
        found.append(Reason(Cause.SEASON, Likelihood.VERY))
    if _more_than_last_year(newest, last_year) and not found:
        found.append(Reason(Cause.MORE_THAN_LAST_YEAR, Likelihood.SOME))
    return tuple(found)


def _weather(newest: Bill, before: Bill, last_year: Bill | None, climate: Climate) -> list[Reason]:
    now, then = ((bill.period_start, bill.period_end) for bill in (newest, before))
    hotter = climate.heat(*now) - climate.heat(*then)
    colder = climate.chill(*now) - climate.chill(*then)
    likelihood = Likelihood.VERY if _like_last_year(newest, last_year) else Likelihood.SOME
    if hotter >= DEGREE:
        return [Reason(Cause.HEAT, likelihood)]
    return [Reason(Cause.COLD, likelihood)] if colder >= DEGREE else []


def _like_last_year(newest: Bill, last_year: Bill | None) -> bool:
    """The same month of last year was like this one: then the season explains it."""
    if last_year is None or not last_year.kwh:
        return False
    return abs(kwh_per_day(newest) / kwh_per_day(last_year) - 1) <= NEAR


def _more_than_last_year(newest: Bill, last_year: Bill | None) -> bool:
    return last_year is not None and kwh_per_day(newest) > kwh_per_day(last_year) * (1 + FAR)
