"""The one past day a customer asks about: 昨天, 前天, 11月20号, 20号. Never one to come."""

import re
from datetime import date, timedelta

from bot.language.normalise import normalise
from bot.language.numbers import read_small

_N = r"[0-9一二三四五六七八九十]{1,3}"
_NEAR = {"昨天": 1, "昨日": 1, "昨儿": 1, "夜个": 1, "夜儿": 1, "前天": 2, "前日": 2, "大前天": 3}
PAST_DAY = re.compile(
    r"(?P<near>大前天|昨[天日儿]|夜[个儿]|前[天日])"
    rf"|(?:(?P<year>去年|今年)的?)?(?:(?P<month>{_N})月|(?P<last>上个?月)|(?P<this>[这本]个?月))?(?P<day>{_N})[号日](?!楼|院|门|线|杆|机)"
)


def read_past_day(text: str, today: date) -> date | None:
    """None where no day is named, several are, or the day is yet to come."""
    found = list(PAST_DAY.finditer(normalise(text).replace(" ", "")))
    if len(found) != 1:
        return None
    day = _day(found[0], today)
    return day if day is not None and day < today else None


def _day(found: re.Match[str], today: date) -> date | None:
    if found["near"]:
        return today - timedelta(days=_NEAR[found["near"]])
    month, number = read_small(found["month"] or ""), read_small(found["day"])
    if number is None:
        return None
    if month is not None:
        year = today.year - (found["year"] == "去年")
        named = _date(year, month, number)
        return _date(year - 1, month, number) if named and named >= today and not found["year"] else named
    if found["last"]:
        before = today.replace(day=1) - timedelta(days=1)
        return _date(before.year, before.month, number)
    this = _date(today.year, today.month, number)
    if (this is not None and this < today) or found["this"]:
        return this
    before = today.replace(day=1) - timedelta(days=1)
    return _date(before.year, before.month, number)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
