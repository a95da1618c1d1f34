"""Hours and days of the demo, counted from the day it is dated for."""

from datetime import date, datetime, time, timedelta

from bot.clock import Clock, at_local, local, local_day


def moment_of(clock: Clock, today: date | None) -> datetime:
    """Now, or this time of day on the day asked for."""
    now = clock.now()
    if today is None or today == local_day(now):
        return now
    return datetime.combine(today, local(now).timetz())


def recent(now: datetime, at: time, days_ago: int = 0, margin_minutes: int = 15) -> datetime:
    """That hour of today, or of yesterday where it has not passed yet."""
    instant = at_local(local_day(now) - timedelta(days=days_ago), at.hour, at.minute)
    return instant if instant <= now - timedelta(minutes=margin_minutes) else instant - timedelta(days=1)


def exchange_day(today: date) -> date:
    """The day a demo meter was exchanged: the 16th of the newest month whose bill (out on the 2nd) has been issued."""
    last_end = (today - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return last_end.replace(day=16)


def last_month_of_name(today: date, month: int, day: int) -> date:
    """The newest such day that has passed."""
    this_year = date(today.year, month, day)
    return this_year if this_year < today else this_year.replace(year=today.year - 1)
