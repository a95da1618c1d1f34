"""Hours as people write them: read, told, and asked about around weekends and holidays."""

from datetime import date, datetime, timedelta

import pytest

from bot.clock import LOCAL, local
from bot.supplier import Duty, Hours, WorkCalendar
from bot.supplier.holidays import HolidayTable
from bot.supplier.hours import read_hours

CALENDAR = WorkCalendar()
USUAL = {"周一至周五": "8:00-12:00 14:30-17:30", "周六": "9:00-12:00", "节假日": "休息"}


def hours(written: object) -> Hours:
    return Hours.model_validate(read_hours(written))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def told(moment: datetime | None) -> str | None:
    return None if moment is None else f"{local(moment):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (USUAL, "周一至周五 8:00–12:00、14:30–17:30;周六 9:00–12:00;周日休息"),
        ("8:00-18:00", "每天 8:00–18:00"),
        ("全天", "每天全天"),
        ({"每天": "全天", "周日": "休息"}, "周一至周六全天;周日休息"),
        (
            {"周一到周四": "8:00~12:00、14:00—17:00", "周五、周六": "9:00-10:00"},
            "周一至周四 8:00–12:00、14:00–17:00;周五、周六 9:00–10:00;周日休息",
        ),
        ({"周六至周一": "9:00-10:00"}, "周一 9:00–10:00;周二至周五休息;周六、周日 9:00–10:00"),
    ],
)
def test_hours_are_read_and_told_again(written: object, words: str) -> None:
    assert hours(written).words() == words


def test_on_a_holiday_it_is_shut_and_a_make_up_saturday_has_mondays_hours() -> None:
    office = hours({"周一至周五": "8:00-12:00", "节假日": "休息"})
    assert office.spans(date(2026, 10, 1), CALENDAR) == ()
    assert office.spans(date(2026, 10, 10), CALENDAR) == ((480, 720),)
    assert office.spans(date(2026, 10, 11), CALENDAR) == ()
    assert hours("8:00-12:00").spans(date(2026, 10, 1), CALENDAR), "every day is every day"
    open_always = hours({"每天": "8:00-12:00", "节假日": "照常", "停业": [date(2026, 10, 2)]})
    assert open_always.spans(date(2026, 10, 1), CALENDAR) and not open_always.spans(date(2026, 10, 2), CALENDAR)


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ("2026-11-24T09:00", None),
        ("2026-11-24T12:00", "11-24 14:30"),
        ("2026-11-24T17:30", "11-25 08:00"),
        ("2026-11-28T12:30", "11-30 08:00"),  # from Saturday noon to Monday
        ("2026-09-30T18:00", "10-08 08:00"),  # over the week of National Day
        ("2026-10-09T18:00", "10-10 09:00"),  # its own Saturday hours on a make-up Saturday
    ],
)
def test_who_is_away_is_said_to_be_back_at_the_next_opening(now: str, back: str | None) -> None:
    assert told(Duty(hours(USUAL), CALENDAR).back_at(at(now))) == back


def test_a_wait_is_counted_while_somebody_is_there() -> None:
    duty = Duty(hours(USUAL), CALENDAR)
    assert duty.attended(at("2026-11-24T17:00"), at("2026-11-25T08:20")) == timedelta(minutes=50)
    assert duty.attended(at("2026-11-24T22:00"), at("2026-11-25T07:00")) == timedelta(0)
    assert duty.attended(at("2026-11-24T09:00"), at("2026-11-24T09:05")) == timedelta(minutes=5)


def test_hours_nobody_has_filled_in_count_as_always() -> None:
    duty = Duty(None, CALENDAR)
    assert duty.back_at(at("2026-11-24T03:00")) is None
    assert duty.attended(at("2026-11-24T22:00"), at("2026-11-25T07:00")) == timedelta(hours=9)


def test_closed_for_good_has_no_next_opening() -> None:
    assert hours({"每天": "休息"}).opens_at(at("2026-11-24T09:00"), CALENDAR) is None


def test_all_day_never_closes() -> None:
    always = hours({"每天": "全天", "节假日": "照常"})
    for moment in ("2026-10-01T00:00", "2026-11-24T23:59", "2026-11-25T00:00"):
        assert always.is_open(at(moment), CALENDAR)


def test_a_year_is_known_from_the_library_or_the_firms_table() -> None:
    table = {"holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}]}
    assert (CALENDAR.knows(2026), CALENDAR.knows(2027)) == (True, False)
    assert WorkCalendar(HolidayTable.model_validate(table)).knows(2027)
    assert CALENDAR.is_working_day(date(2027, 1, 1)), "nobody has said otherwise"
