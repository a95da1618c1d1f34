"""Working days. `is_working_day` is the one place that decides; see docs/service-levels.md for what it knows."""

from datetime import date, datetime, timedelta

from bot.clock import at_local, local_day

SATURDAY = 5
LAST_HOUR, LAST_MINUTE = 23, 59


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY


def after_working_days(start: datetime, days: int) -> datetime:
    """The end of the last of so many working days after the day of `start`, which itself does not count."""
    day = local_day(start)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return at_local(day, LAST_HOUR, LAST_MINUTE)
