"""What an account used in each period, put together from its meters, and whether the readings can be right. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from bot.audit.findings import IN_SERVICE, Finding
from bot.audit.pictures import Picture, Read
from bot.audit.rules import AuditRules
from bot.billing.periods import shift_month
from bot.customers.metering import MONTH, REGISTERS

ZERO = Decimal(0)
ALL = ("total", *REGISTERS)


@dataclass(frozen=True)
class PeriodUse:
    """From the end of `after` to the end of `end`."""

    after: date
    end: date
    kwh: Decimal

    @property
    def per_day(self) -> Decimal:
        return self.kwh / (self.end - self.after).days


def period_ends(picture: Picture) -> list[date]:
    """The days on which the account was read for a bill."""
    days = {r.read_on for line in picture.readings.values() for r in line if r.kind == MONTH}
    return sorted(days - picture.exchanged)


def periods(picture: Picture) -> list[PeriodUse]:
    """The oldest first. In a period with an exchange both meters are summed."""
    multipliers = {meter.meter_no: meter.multiplier for meter in picture.meters}
    pieces = [
        (later.read_on, (later.total - before.total) * multipliers[meter_no])
        for meter_no, line in picture.readings.items()
        for before, later in pairwise(line)
    ]
    return [
        PeriodUse(after, end, sum((kwh for day, kwh in pieces if after < day <= end), ZERO))
        for after, end in pairwise(period_ends(picture))
    ]


def missing_readings(picture: Picture, rules: AuditRules, day: date) -> Iterator[Finding]:
    """Meters in place that were due and have not been read: all of them, or one while the others were."""
    if picture.account.state != IN_SERVICE:
        return
    ends, in_place = period_ends(picture), [meter for meter in picture.meters if meter.removed_on is None]
    latest = day - timedelta(days=rules.reading_late_days)
    for meter in in_place:
        read = {reading.read_on for reading in picture.readings.get(meter.meter_no, [])}
        last = ends[-1] if ends and (meter.installed_on >= ends[-1] or ends[-1] in read) else None
        due = ends[-1] if ends and last is None else _next_end(picture, last or meter.installed_on)
        if due <= latest:
            yield _reading_finding("reading_missing", picture, meter.meter_no, due)


def _next_end(picture: Picture, after: date) -> date:
    cycle = picture.route.cycle_months if picture.route else picture.account.reading_cycle_months
    if picture.route is not None:
        last_of_month = shift_month(date(2000, 1, 31), (after.year - 2000) * 12 + after.month - 1 + cycle)
        return last_of_month.replace(day=min(picture.route.reading_day, last_of_month.day))
    return shift_month(after, cycle)


def wrong_readings(picture: Picture, rules: AuditRules, end: date, after: date) -> Iterator[Finding]:
    """Of the period after `after` up to `end`: negative, reversed, or registers that are not the total."""
    for meter_no, line in picture.readings.items():
        for before, later in pairwise(line):
            if after < later.read_on <= end:
                yield from _wrong(picture, rules, meter_no, before, later)


def _wrong(picture: Picture, rules: AuditRules, meter_no: str, before: Read, later: Read) -> Iterator[Finding]:
    if any(getattr(later, name) < 0 for name in ALL):
        yield _reading_finding("reading_negative", picture, meter_no, later.read_on)
    elif any(getattr(later, name) < getattr(before, name) for name in ALL):
        yield _reading_finding("reading_reversed", picture, meter_no, later.read_on)
    elif any(getattr(later, name) for name in REGISTERS):
        parts = sum((getattr(later, name) - getattr(before, name) for name in REGISTERS), ZERO)
        apart = abs(later.total - before.total - parts)
        if apart > rules.registers_apart_kwh:
            facts = {"apart": str(apart)}
            yield _reading_finding("registers_differ", picture, meter_no, later.read_on, **facts)


def _reading_finding(kind: str, picture: Picture, meter_no: str, day: date, **facts: str) -> Finding:
    return Finding(kind, picture.account.account_no, meter_no, f"{day}", {"day": f"{day}", **facts})
