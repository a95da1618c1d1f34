"""Promises: an average is told as an average, a limit as a limit, an unknown area by both."""

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.clock import LOCAL
from bot.errors import ConfigurationError
from bot.fieldwork import ServiceLevels, load_service_levels
from bot.fieldwork.levels import SERVICE_LEVELS, due
from bot.supplier import WorkCalendar

KINDS = [
    "repair",
    "meter_test",
    "new_connection",
    "capacity_change",
    "contract_change",
    "site_test",
    "complaint",
    "theft",
    "hazard",
    "no_power",
    "voltage",
    "meter_fault",
    "tripping",
    "feedback",
]


@pytest.mark.parametrize(
    ("area", "expected"),
    [("urban", [(45, 60)]), ("rural", [(90, 120)]), ("remote", [(120, 240)]), (None, [(45, 60), (90, 120)])],
)
def test_arrival_is_an_average_with_a_limit(levels: ServiceLevels, area: str | None, expected: list[object]) -> None:
    parts = [part for part in levels.promise("no_power", area) if part.step == "arrive"]  # type: ignore[arg-type]
    assert [(part.told, part.limit) for part in parts] == expected
    assert {part.nature for part in parts} == {"average"}


def test_a_complaint_is_contacted_in_a_day_and_answered_in_five_working_days(levels: ServiceLevels) -> None:
    told = [(part.step, part.told, part.unit) for part in levels.promise("complaint")]
    assert told == [("contact", 24, "hour"), ("reply", 5, "working_day")]


def test_an_internal_time_is_promised_to_nobody(levels: ServiceLevels) -> None:
    assert levels.promise("theft") == []


def test_an_urgent_ticket_of_any_kind_has_the_times_of_a_repair_crew(levels: ServiceLevels) -> None:
    assert levels.promise("voltage", "urban")[0].step == "reply"
    assert levels.promise("voltage", "urban", "urgent")[0].told == 45


def test_a_new_connection_names_its_four_cases(levels: ServiceLevels) -> None:
    assert [part.told for part in levels.promise("new_connection")] == [5, 6, 22, 32]
    assert all(part.label for part in levels.promise("new_connection"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_ticket_is_known(levels: ServiceLevels, kind: str) -> None:
    assert levels.kind(kind).title


def test_what_is_told_never_exceeds_what_is_allowed(levels: ServiceLevels) -> None:
    for name, level in levels.levels.items():
        for times in [level.everywhere, *level.by_area.values()]:
            if times and times.legal_limit is not None:
                assert times.target <= times.legal_limit and (times.told or 0) <= times.legal_limit, name


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("  nature: average", "  nature: sure"), ("levels: [arrive]", "levels: [fly]"), ("unit: hour", "unit: ages")],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, wrong: str, right: str) -> None:
    file = tmp_path / "service_levels.yml"
    file.write_text(SERVICE_LEVELS.read_text(encoding="utf-8").replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"service_levels\.yml"):
        load_service_levels(file)


def test_a_limit_in_working_days_leaves_out_the_weekend() -> None:
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)
    assert due(friday, 5, "working_day", WorkCalendar()).astimezone(LOCAL).date() == date(2026, 12, 4)
    assert due(friday, 5, "hour", WorkCalendar()) == datetime(2026, 11, 27, 15, 0, tzinfo=LOCAL)


def test_the_first_step_is_due_by_its_limit(levels: ServiceLevels) -> None:
    opened = datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL)
    first = levels.first_due("no_power", "urban", None, opened, WorkCalendar())
    assert first == datetime(2026, 11, 24, 10, 0, tzinfo=LOCAL)
    assert levels.first_due("feedback", None, None, opened, WorkCalendar()) is None
