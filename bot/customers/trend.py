"""How much an account has used in a year, whether it grows, and how near its load comes to what was agreed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.customers.metering import MeterReading

ZERO = Decimal(0)
MONTHS = 12


@dataclass(frozen=True)
class Trend:
    """kWh of the last twelve billed months and of the twelve before (None where they were not all measured)."""

    kwh: Decimal
    kwh_before: Decimal | None
    peak_kw: Decimal | None
    to: date

    @property
    def grew_by(self) -> Decimal | None:
        """As a part of the year before: 0.15 is 15 % more."""
        return (self.kwh - self.kwh_before) / self.kwh_before if self.kwh_before else None

    def load_share(self, capacity_kva: Decimal | None) -> Decimal | None:
        """The highest load to the agreed capacity."""
        return self.peak_kw / capacity_kva if self.peak_kw is not None and capacity_kva else None


def trend_of(readings: Sequence[tuple[MeterReading, int]]) -> Trend | None:
    """From month-end readings with their meters' multipliers; None before twelve months are measured.

    Months in which a meter was exchanged are put together from both meters.
    """
    months = _months(readings)
    ends = sorted(months)
    if len(ends) < MONTHS:
        return None
    last, before = ends[-MONTHS:], ends[-2 * MONTHS : -MONTHS]
    peaks = [
        reading.max_demand_kw
        for reading, _ in readings
        if reading.max_demand_kw is not None and (reading.read_on.year, reading.read_on.month) in last
    ]
    return Trend(
        kwh=sum((months[end] for end in last), ZERO),
        kwh_before=sum((months[end] for end in before), ZERO) if len(before) == MONTHS else None,
        peak_kw=max(peaks, default=None),
        to=max(reading.read_on for reading, _ in readings),
    )


def _months(readings: Sequence[tuple[MeterReading, int]]) -> dict[tuple[int, int], Decimal]:
    """kWh by the month in which what was measured ends."""
    by_meter: dict[str, list[tuple[MeterReading, int]]] = {}
    for reading, multiplier in sorted(readings, key=lambda pair: pair[0].read_on):
        by_meter.setdefault(reading.meter_no, []).append((reading, multiplier))
    used: dict[tuple[int, int], Decimal] = {}
    for line in by_meter.values():
        for (before, _), (after, multiplier) in pairwise(line):
            month = (after.read_on.year, after.read_on.month)
            used[month] = used.get(month, ZERO) + (after.total - before.total) * multiplier
    return used
