"""When people sit at the desk, and when they are back. Hours nobody has filled in count as always."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.supplier.holidays import WorkCalendar
from bot.supplier.hours import Hours


@dataclass(frozen=True)
class Duty:
    hours: Hours | None
    calendar: WorkCalendar

    def back_at(self, now: datetime) -> datetime | None:
        """When somebody is at the desk again; None while somebody is, or when that is not known."""
        if self.hours is None or self.hours.is_open(now, self.calendar):
            return None
        return self.hours.opens_at(now, self.calendar)

    def attended(self, since: datetime, until: datetime) -> timedelta:
        """How much of a wait fell into the hours of the desk."""
        if self.hours is None:
            return until - since
        return self.hours.open_time(since, until, self.calendar)


OnDuty = Callable[[], Duty]


ALWAYS = Duty(None, WorkCalendar())


def always() -> Duty:
    """For whoever knows of no hours: somebody is always there."""
    return ALWAYS
