"""Limits in working days: which days are working days is the supplier's calendar's business."""

from datetime import datetime, timedelta

from bot.clock import at_local, local_day
from bot.supplier import WorkCalendar

LAST_HOUR, LAST_MINUTE = 23, 59


def after_working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The end of the last of so many working days after the day of `start`, which itself does not count."""
    day = local_day(start)
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return at_local(day, LAST_HOUR, LAST_MINUTE)
