"""Limits in working days, around the holidays of 2026 and beyond what anybody has announced."""

from datetime import date, datetime

import pytest

from bot.clock import LOCAL, FixedClock
from bot.fieldwork import Fieldwork, NewTicket, ServiceLevels
from bot.fieldwork.workdays import after_working_days
from bot.storage.engine import Database
from bot.supplier import WorkCalendar
from bot.supplier.holidays import HolidayTable


def due(start: str, days: int, calendar: WorkCalendar) -> date:
    began = datetime.fromisoformat(f"{start}T10:00").replace(tzinfo=LOCAL)
    return after_working_days(began, days, calendar).astimezone(LOCAL).date()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-27", 1, date(2026, 11, 30)),
        ("2026-09-30", 1, date(2026, 10, 8)),  # the week of National Day
        ("2026-02-13", 1, date(2026, 2, 14)),  # a Saturday that is worked before the Spring Festival
        ("2026-11-28", 2, date(2026, 12, 1)),  # begun on a Saturday
        ("2026-12-31", 1, date(2027, 1, 1)),  # 2027 is not announced: weekdays
    ],
)
def test_holidays_are_left_out_and_make_up_days_count(start: str, days: int, end: date) -> None:
    assert due(start, days, WorkCalendar()) == end


def test_the_firms_own_table_goes_first() -> None:
    table = HolidayTable.model_validate(
        {
            "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
            "working_days": ["2027-01-09", "2026-11-28"],
        }
    )
    calendar = WorkCalendar(table)
    assert due("2026-12-31", 1, calendar) == date(2027, 1, 4)
    assert due("2027-01-08", 1, calendar) == date(2027, 1, 9)
    assert due("2026-11-27", 1, calendar) == date(2026, 11, 28)


def test_a_tickets_limit_is_counted_by_the_suppliers_calendar(
    any_db: Database, clock: FixedClock, levels: ServiceLevels
) -> None:
    clock.instant = datetime(2026, 9, 28, 9, 0, tzinfo=LOCAL)
    fieldwork = Fieldwork(any_db, clock, levels, calendar=lambda: WorkCalendar())
    ticket = fieldwork.open_ticket(NewTicket(kind="meter_test", request_key="c1:1:t"))
    due_at = fieldwork.first_due(ticket)
    assert due_at is not None and due_at.astimezone(LOCAL).date() == date(2026, 10, 10)
