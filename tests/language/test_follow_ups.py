"""Messages that only go on with what was told, days that are past, and months nobody can be sure of."""

from datetime import date

import pytest

from bot.language.follow_ups import asks_to_compare, is_only_a_time, without_reference
from bot.language.past_days import read_past_day
from bot.language.periods import names_unclear_months, read_period, read_periods

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "text", ["那九月呢", "上上个月的", "去年八月嘞?", "昨天的呢", "20号呢", "那最近半年的呢", "再看看7月的"]
)
def test_hardly_more_than_a_time(text: str) -> None:
    assert is_only_a_time(text)


@pytest.mark.parametrize("text", ["那呢", "为啥", "九月停电吗", "上个月交的钱到账没", "12号楼", "去年装的表"])
def test_more_or_other_than_a_time(text: str) -> None:
    assert not is_only_a_time(text)


@pytest.mark.parametrize(
    "text", ["跟去年比呢", "跟去年同期比", "上个月跟上上个月比", "和上期对比一下", "比去年多了还是少了"]
)
def test_a_wish_to_compare(text: str) -> None:
    assert asks_to_compare(text)


@pytest.mark.parametrize("text", ["去年的电费", "你们比移动差", "跟邻居比我家电费高", "比一比谁用得多"])
def test_no_wish_to_compare_two_times(text: str) -> None:
    assert not asks_to_compare(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("十月比九月高这么多", date(2026, 10, 1)),
        ("电费比去年高", None),
        ("比上个月高", None),
        ("九月咋恁高", date(2026, 9, 1)),
    ],
)
def test_what_something_is_compared_with_is_not_what_is_asked_about(text: str, month: date | None) -> None:
    period = read_period(without_reference(text), TODAY)
    assert (period.last if period else None) == month


def test_several_months_are_all_read() -> None:
    first, last = read_periods("上个月和这个月一共多少", TODAY)
    assert (first.first, last.first) == (date(2026, 10, 1), date(2026, 11, 1))
    assert [p.first.month for p in read_periods("7月、9月的账单", TODAY)] == [7, 9]
    assert read_periods("腊月的电费", TODAY) == []


@pytest.mark.parametrize("text", ["腊月电费多钱", "夏天那三个月", "前年冬天的账单", "春节那个月"])
def test_months_nobody_can_be_sure_of(text: str) -> None:
    assert names_unclear_months(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天用了多少度", date(2026, 11, 23)),
        ("前天用电", date(2026, 11, 22)),
        ("11月20号用了多少", date(2026, 11, 20)),
        ("20号呢", date(2026, 11, 20)),
        ("25号用了几度", date(2026, 10, 25)),
        ("12月3日用了多少", date(2025, 12, 3)),
        ("上个月31号", date(2026, 10, 31)),
        ("今天用了多少", None),
        ("31号用了多少", date(2026, 10, 31)),
        ("5号到20号用了多少", None),
        ("2月30号", None),
    ],
)
def test_a_day_that_is_past(text: str, day: date | None) -> None:
    assert read_past_day(text, TODAY) == day
