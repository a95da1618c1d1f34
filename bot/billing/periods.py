"""Periods of bills: where one ends, the next begins. A bill is named by the month its period ends in."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ISSUED_AFTER_DAYS = 2
DUE_AFTER_DAYS = 18


@dataclass(frozen=True)
class Period:
    start: date
    end: date

    @property
    def month(self) -> date:
        return self.end.replace(day=1)

    @property
    def issued_on(self) -> date:
        return self.end + timedelta(days=ISSUED_AFTER_DAYS)

    @property
    def due_on(self) -> date:
        return self.issued_on + timedelta(days=DUE_AFTER_DAYS)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def shift_month(end: date, months: int) -> date:
    """The same reading day some months away; the last day of a month stays the last day."""
    index = end.year * 12 + end.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = monthrange(year, month)[1]
    is_last = end.day == monthrange(end.year, end.month)[1]
    return date(year, month, last if is_last else min(end.day, last))


def newest_calendar_end(today: date) -> date:
    """The end of the last calendar month whose bill has been issued."""
    end = today.replace(day=1) - timedelta(days=1)
    return end if end + timedelta(days=ISSUED_AFTER_DAYS) <= today else shift_month(end, -1)


def newest_end(reading_day: date, today: date) -> date:
    """The last end in the chain of `reading_day` whose bill has been issued."""
    months = 0
    while shift_month(reading_day, months + 1) + timedelta(days=ISSUED_AFTER_DAYS) <= today:
        months += 1
    return shift_month(reading_day, months)


def periods_back(end: date, at_least: int) -> list[Period]:
    """At least so many periods up to `end`, oldest first, beginning with a January so that price years are whole."""
    count = at_least
    while shift_month(end, -(count - 1)).month != 1:
        count += 1
    ends = [shift_month(end, -back) for back in range(count, -1, -1)]
    return [Period(before + timedelta(days=1), this) for before, this in pairwise(ends)]
