"""Working days: the official holidays and make-up days, and the firm's own table over them.

The official table comes with the library `chinesecalendar` and ends with the last year the State Council has announced;
beyond it Monday to Friday count as working days, unless the firm has written that year's days into its own table.
"""

from datetime import date, timedelta
from typing import Self

import chinese_calendar
from pydantic import BaseModel, ConfigDict, Field, model_validator

SATURDAY = 5


class Holiday(BaseModel):
    """Days off, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("to 不能早于 from")
        return self

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


class HolidayTable(BaseModel):
    """The firm's own days; they go before the official ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holidays: tuple[Holiday, ...] = ()
    working_days: tuple[date, ...] = ()


class WorkCalendar:
    def __init__(self, table: HolidayTable | None = None) -> None:
        table = table or HolidayTable()
        self._off = {day for holiday in table.holidays for day in holiday.days()}
        self._on = set(table.working_days)

    def is_working_day(self, day: date) -> bool:
        if day in self._on:
            return True
        if day in self._off:
            return False
        if not _official(day.year):
            return day.weekday() < SATURDAY
        return bool(chinese_calendar.is_workday(day))

    def is_holiday(self, day: date) -> bool:
        """Whether it is off for a holiday, not merely a weekend."""
        if day in self._on or day in self._off:
            return day in self._off
        if not _official(day.year):
            return False
        off, name = chinese_calendar.get_holiday_detail(day)
        return bool(off and name)

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are in one of the two tables."""
        return _official(year) or any(day.year == year for day in self._off)


def _official(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
