"""When somebody is there: hours written as people write them, `周一至周五: 8:00-12:00 14:30-17:30`, `周六: 休息`."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.clock import at_local, local_day
from bot.supplier.holidays import WorkCalendar

DAYS = "一二三四五六日"
NAMES = tuple(f"周{day}" for day in DAYS)
CLOSED, ALL_DAY, DAILY = "休息", "全天", "每天"
MIDNIGHT = 24 * 60
MONDAY, SATURDAY = 0, 5
LOOK_AHEAD = 60  # days: no office is closed longer than that
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[\s,、;]+")
_DASHES = re.compile("[–—~至到]")

Span = tuple[int, int]  # minutes after midnight, up to 24:00
Week = tuple[tuple[Span, ...], ...]


class Hours(BaseModel):
    """Opening hours of each weekday, Monday first, and what holds on holidays.

    `closed`: days on which it is shut whatever the weekday. `on_holidays` None: nobody has said yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: Week
    on_holidays: bool | None = None
    closed: tuple[date, ...] = ()

    def spans(self, day: date, calendar: WorkCalendar) -> tuple[Span, ...]:
        """When it is open on that day. A make-up working day has Monday's hours."""
        if day in self.closed or (calendar.is_holiday(day) and not self.on_holidays):
            return ()
        usual = self.week[day.weekday()]
        if not usual and day.weekday() >= SATURDAY and calendar.is_working_day(day):
            return self.week[MONDAY]
        return usual

    def is_open(self, at: datetime, calendar: WorkCalendar) -> bool:
        return any(begins <= at < ends for begins, ends in self._moments(local_day(at), calendar))

    def closes_at(self, at: datetime, calendar: WorkCalendar) -> datetime | None:
        """The end of the span that is open then."""
        return next((e for b, e in self._moments(local_day(at), calendar) if b <= at < e), None)

    def opens_at(self, at: datetime, calendar: WorkCalendar) -> datetime | None:
        """The next opening after a moment; None when there is none in two months."""
        for ahead in range(LOOK_AHEAD):
            for begins, _ in self._moments(local_day(at) + timedelta(days=ahead), calendar):
                if begins > at:
                    return begins
        return None

    def open_time(self, since: datetime, until: datetime, calendar: WorkCalendar) -> timedelta:
        """How much of a stretch of time it was open."""
        total, day = timedelta(), local_day(since)
        while day <= local_day(until):
            for begins, ends in self._moments(day, calendar):
                total += max(timedelta(), min(ends, until) - max(begins, since))
            day += timedelta(days=1)
        return total

    def words(self) -> str:
        """周一至周五 8:00–12:00、14:30–17:30;周六、周日休息."""
        parts = []
        for spans, days in groupby(range(7), key=lambda n: self.week[n]):
            parts.append(_days(list(days)) + _times(spans))
        return ";".join(parts)

    def _moments(self, day: date, calendar: WorkCalendar) -> list[tuple[datetime, datetime]]:
        start = at_local(day)
        return [
            (start + timedelta(minutes=begins), start + timedelta(minutes=ends))
            for begins, ends in self.spans(day, calendar)
        ]


def read_hours(value: Any) -> Any:
    """The mapping a person has written as the fields of `Hours`; what cannot be read says so. 每天 is holidays too."""
    if value is None or isinstance(value, Hours):
        return value
    if isinstance(value, str):
        value = {DAILY: value}
    if not isinstance(value, dict):
        raise ValueError("时间应写成“周一至周五: 8:00-12:00 14:30-17:30”这样")
    days = {str(name): text for name, text in value.items() if name not in ("节假日", "停业")}
    week: list[tuple[Span, ...]] = [()] * 7
    for name, text in days.items():
        for number in _weekdays(name):
            week[number] = _spans(str(text))
    holidays = {None: True if DAILY in days else None, CLOSED: False, "照常": True}
    if value.get("节假日") not in holidays:
        raise ValueError("节假日应写“休息”或“照常”,不知道就写 null")
    return {"week": tuple(week), "on_holidays": holidays[value.get("节假日")], "closed": value.get("停业") or ()}


WrittenHours = Annotated[Hours, BeforeValidator(read_hours)]


def _weekdays(name: str) -> list[int]:
    """周一至周五, 周六、周日, 每天."""
    if name.strip() == DAILY:
        return list(range(7))
    found: list[int] = []
    for part in _BETWEEN.split(_plain(name)):
        first, _, last = part.partition("-")
        if first not in NAMES or (last and last not in NAMES):
            raise ValueError(f"看不懂“{name}”,应写成“周一至周五”“周六、周日”或“每天”")
        begin, end = NAMES.index(first), NAMES.index(last or first)
        found += range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
    return found


def _spans(text: str) -> tuple[Span, ...]:
    if text.strip() == CLOSED:
        return ()
    if text.strip() == ALL_DAY:
        return ((0, MIDNIGHT),)
    spans: list[Span] = []
    for part in _BETWEEN.split(_plain(text)):
        span = _SPAN.fullmatch(part)
        if span is None:
            raise ValueError(f"看不懂“{text}”,应写成“8:00-12:00 14:30-17:30”“全天”或“休息”")
        begin, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        if not 0 <= begin < end <= MIDNIGHT or (spans and begin < spans[-1][1]):
            raise ValueError(f"“{text}”里的时间先后不对")
        spans.append((begin, end))
    return tuple(spans)


def _plain(text: str) -> str:
    """Full-width signs as plain ones, every dash as `-`."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()


def _days(numbers: list[int]) -> str:
    if len(numbers) == 7:
        return DAILY
    if len(numbers) > 2:
        return f"{NAMES[numbers[0]]}至{NAMES[numbers[-1]]}"
    return "、".join(NAMES[number] for number in numbers)


def _times(spans: tuple[Span, ...]) -> str:
    if not spans or spans == ((0, MIDNIGHT),):
        return ALL_DAY if spans else CLOSED
    return " " + "、".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
