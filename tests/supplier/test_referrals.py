"""Whose matter it is: with the local number where it is filled in, without an empty place where it is not."""

from pathlib import Path

import pytest

from bot.supplier import load_referrals
from bot.supplier.referrals import FILE


def test_a_number_stands_in_the_sentence_once_it_is_filled_in(tmp_path: Path) -> None:
    assert load_referrals().find("燃气费怎么交").startswith("燃气的事找燃气公司。")
    assert load_referrals().unfilled() == ["gas", "water", "heating"]
    file = tmp_path / "referrals.yml"
    file.write_text(FILE.read_text("utf-8").replace("phone: null", "phone: 0374-0000099", 1), "utf-8")
    assert load_referrals(file).find("燃气费怎么交").startswith("燃气的事找燃气公司(0374-0000099)。")
    assert load_referrals(file).unfilled() == ["water", "heating"]


def test_no_sentence_shows_an_empty_place() -> None:
    for words in ("停水", "暖气不热", "路灯不亮", "宽带断了"):
        assert "{" not in (load_referrals().find(words) or "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("村口路灯不亮了", "12345"),
        ("通信线耷拉到地上了", "先当带电"),
        ("光缆断了掉在路边", "先当带电"),
        ("自来水停了", "自来水公司"),
        ("暖气不热", "供热公司"),
        ("闻到煤气味", "119"),
        ("电动车充不进电", "车行"),
        ("扫码的公共充电桩不退钱", "运营商"),
        ("物业费太高", "物业"),
        ("小区物业不管事", "物业"),
        ("着火了", "119"),
        ("有人受伤了", "120"),
        ("我被骗了", "110"),
        ("买到假货了", "12315"),
    ],
)
def test_each_matter_of_others_has_its_door(words: str, told: str) -> None:
    assert told in (load_referrals().find(words) or "")
