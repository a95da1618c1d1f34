"""Promises: an average is told as an average, a limit as a limit, an unknown area by both."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.fieldwork import load_service_levels
from bot.fieldwork.promises import add_working_days


@pytest.mark.parametrize(
    ("area", "expected"),
    [("urban", [(45, 60)]), ("rural", [(90, 120)]), ("remote", [(120, 240)]), (None, [(45, 60), (90, 120)])],
)
def test_arrival_is_told_with_average_and_limit(area: str | None, expected: list[tuple[int, int]]) -> None:
    levels = [v for v in load_service_levels().promise("repair", area).levels if v.measure == "arrival"]
    assert [(v.told, v.legal_limit) for v in levels] == expected
    assert {v.nature for v in levels} == {"average"}


def test_a_complaint_is_contacted_in_a_day_and_answered_in_five_working_days() -> None:
    levels = {v.measure: (v.told, v.unit) for v in load_service_levels().promise("complaint").levels}
    assert levels == {"contact": (24, "hours"), "answer": (5, "working_days")}


def test_what_is_told_may_not_pass_the_legal_limit(tmp_path: Path) -> None:
    file = tmp_path / "service_levels.yml"
    text = (Path("data") / "service_levels.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("told: 45, legal_limit: 60", "told: 75, legal_limit: 60"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="arrival_urban"):
        load_service_levels(file)


def test_working_days_leave_out_the_weekend() -> None:
    assert add_working_days(date(2026, 11, 24), 5) == date(2026, 12, 1)
    assert add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
