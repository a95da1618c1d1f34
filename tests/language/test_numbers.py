"""Numbers as they are written and spoken."""

from decimal import Decimal

import pytest

from bot.language.numbers import read_digits, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二十三点五", "123.5"),
        ("三百二", "320"),
        ("一万二", "12000"),
        ("两千五", "2500"),
        ("一百零五", "105"),
        ("一千零五十", "1050"),
        ("一万零三百", "10300"),
        ("二十万", "200000"),
        ("十二", "12"),
        ("二十", "20"),
        ("十", "10"),
        ("零", "0"),
        ("俩", "2"),
        ("仨", "3"),
        ("半", "0.5"),
        ("零点八五", "0.85"),
        ("1,200.50", "1200.50"),
        ("200", "200"),
        ("85.6", "85.6"),
        ("3万", "30000"),
        ("1.5万", "15000"),
        ("２００", "200"),
        ("一百一", "110"),
    ],
)
def test_a_number_is_read(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "二三", "一二三", "三百块", "点五", "你好", "1.2.3", "百", "十百", "-5"])
def test_what_is_not_one_number_is_not_guessed(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("四幺零零", "4100"),
        ("4100 0000 17", "4100000017"),
        ("4100-0000-25", "4100000025"),
        ("四一零五 六六二 八幺三", "4105662813"),
        ("幺拐洞两", "1702"),
        ("４１００", "4100"),
        ("〇〇七", "007"),
    ],
)
def test_digits_are_read_one_by_one(text: str, digits: str) -> None:
    assert read_digits(text) == digits


@pytest.mark.parametrize("text", ["", "你好", "4100a", "一百", "电话13800009157"])
def test_what_is_not_only_digits_is_none(text: str) -> None:
    assert read_digits(text) is None
