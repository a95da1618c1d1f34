"""How much the demo customers use on each day.

A base, the heat and cold of a Henan year, and a little chance that is the same at every call.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.periods import Period
from bot.clock import local, local_day
from bot.customers.demo_data import DemoCustomer
from bot.customers.metering import REGISTERS, Register
from bot.supplier.climate import Climate

ZERO, HUNDREDTH = Decimal(0), Decimal("0.01")
SHARP_MONTHS = (1, 7, 8, 12)
SHARP_OF_PEAK = Decimal("0.3")
FIRST_REGISTER = Decimal(1000)


def days_between(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def daily_kwh(customer: DemoCustomer, climate: Climate, day: date) -> Decimal:
    use = customer.use
    assert use is not None
    degrees = climate.temperature(day)
    weather = use.hot * max(degrees - climate.hot, ZERO) + use.cold * max(climate.cold - degrees, ZERO)
    base = use.base * customer.factor_by_month.get(day.month, Decimal(1))
    return (base + weather) * chance(customer.account_no, day)


def chance(account_no: str, day: date) -> Decimal:
    """Between 0.85 and 1.15, the same at every call."""
    number = int.from_bytes(hashlib.sha256(f"{account_no}:{day}".encode()).digest()[:2], "big")
    return Decimal("0.85") + Decimal("0.30") * number / 65535


@dataclass
class Series:
    """Registers of one customer's meter line at the end of each day, from the day before the first period on."""

    multiplier: int
    at: dict[date, dict[Register, Decimal]] = field(default_factory=dict)

    def used(self, start: date, end: date) -> dict[Register, Decimal]:
        """kWh by register from the beginning of `start` to the end of `end`."""
        before, after = self.at[start - timedelta(days=1)], self.at[end]
        return {name: (after[name] - before[name]) * self.multiplier for name in after}


def build_series(
    customer: DemoCustomer,
    climate: Climate,
    start: date,
    end: date,
    *,
    scale: tuple[Period, Decimal] | None = None,
    cut: datetime | None = None,
) -> Series:
    """The registers from `start` to `end`: in the period of `scale` times its factor, nothing any more after `cut`."""
    sharp = customer.power_factor_standard is not None
    used = {*customer.shares, "sharp"} if sharp else set(customer.shares)
    sums = {name: FIRST_REGISTER if name in used else ZERO for name in REGISTERS}
    series = Series(customer.multiplier, {start - timedelta(days=1): _frozen(sums)})
    for day in days_between(start, end):
        kwh = daily_kwh(customer, climate, day)
        if scale and scale[0].start <= day <= scale[0].end:
            kwh *= scale[1]
        kwh *= _supplied(day, cut)
        for name, share in _shares(customer, day, sharp).items():
            sums[name] += kwh * share / customer.multiplier
        series.at[day] = _frozen(sums)
    return series


def _supplied(day: date, cut: datetime | None) -> Decimal:
    """The part of a day before the supply was cut."""
    if cut is None or day < local_day(cut):
        return Decimal(1)
    moment = local(cut)
    return Decimal(moment.hour * 60 + moment.minute) / (24 * 60) if day == moment.date() else ZERO


def _frozen(sums: dict[Register, Decimal]) -> dict[Register, Decimal]:
    return {name: value.quantize(HUNDREDTH, ROUND_HALF_UP) for name, value in sums.items()}


def _shares(customer: DemoCustomer, day: date, sharp: bool) -> dict[Register, Decimal]:
    shares = dict(customer.shares)
    if sharp and day.month in SHARP_MONTHS:
        shares["sharp"] = shares["peak"] * SHARP_OF_PEAK
        shares["peak"] -= shares["sharp"]
    return shares
