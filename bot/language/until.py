"""Until when something is to last: 半年, 三个月, 到明年6月30号, 到年底. A day to come, never guessed."""

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.language.normalise import normalise
from bot.language.numbers import read_small

_N = r"[0-9一二两三四五六七八九十]{1,3}"
_SPAN = re.compile(rf"(?P<half>半)年|(?P<n>{_N})(?:个(?P<months>月)|(?P<years>年)(?!\d|[一-十]*月)|(?P<days>天))")
_DAY = re.compile(
    rf"(?:(?P<year>20\d{{2}})年?|(?P<near>今年|明年|后年))?[年/.-]?(?P<month>{_N})[月/.-](?:(?P<day>{_N})[号日]?|(?P<end>底))"
)
_YEAR_END = re.compile(r"(?P<near>今年|明年|后年)?年?底")
_YEARS_AHEAD = {"今年": 0, "明年": 1, "后年": 2}
HALF_YEAR = 6


def read_until(text: str, today: date) -> date | None:
    """The one last day the text names, if it is still to come. A span is counted from today."""
    plain = normalise(text).replace(" ", "")
    day = _named(plain, today) or _span(plain, today)
    return day if day is not None and day > today else None


def _named(plain: str, today: date) -> date | None:
    found = _DAY.search(plain)
    if found is None:
        end = _YEAR_END.search(plain)
        return date(today.year + _YEARS_AHEAD.get(end["near"] or "今年", 0), 12, 31) if end else None
    month = read_small(found["month"])
    if month is None or not 1 <= month <= 12:
        return None
    if not (found["year"] or found["near"]):
        this_year = _in_month(today.year, month, found["day"])
        return this_year if this_year is None or this_year > today else _in_month(today.year + 1, month, found["day"])
    year = int(found["year"]) if found["year"] else today.year + _YEARS_AHEAD[found["near"]]
    return _in_month(year, month, found["day"])


def _in_month(year: int, month: int, said: str | None) -> date | None:
    """A day of a month; its last where only the end of the month is spoken of."""
    last = monthrange(year, month)[1]
    day = read_small(said) if said else last
    return date(year, month, day) if day is not None and 1 <= day <= last else None


def _span(plain: str, today: date) -> date | None:
    found = _SPAN.search(plain)
    if found is None:
        return None
    number = None if found["half"] else read_small(found["n"])
    if found["days"]:
        return today + timedelta(days=number) if number else None
    months = HALF_YEAR if found["half"] else (number or 0) * (12 if found["years"] else 1)
    return _months_on(today, months) if months else None


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
