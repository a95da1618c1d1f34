"""Until when: a day to come, or nothing."""

from datetime import date

import pytest

from bot.language.until import read_until

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("半年", date(2027, 5, 24)),
        ("先给他半年吧", date(2027, 5, 24)),
        ("一年", date(2027, 11, 24)),
        ("三个月", date(2027, 2, 24)),
        ("两年", date(2028, 11, 24)),
        ("30天", date(2026, 12, 24)),
        ("到明年6月30号", date(2027, 6, 30)),
        ("2027年3月1日", date(2027, 3, 1)),
        ("2027-03-01", date(2027, 3, 1)),
        ("到12月31号", date(2026, 12, 31)),
        ("到六月底", date(2027, 6, 30)),
        ("到年底", date(2026, 12, 31)),
        ("明年年底", date(2027, 12, 31)),
        ("到3月5号", date(2027, 3, 5)),
    ],
)
def test_the_last_day_is_read(text: str, day: date) -> None:
    assert read_until(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "去年五月", "2025年6月30号", "到2月30号", "13月1号", "不知道", "他住多久算多久", "13911112222"]
)
def test_what_names_no_day_to_come_is_not_guessed(text: str) -> None:
    assert read_until(text, TODAY) is None
