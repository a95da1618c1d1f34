"""Whose matter it is: with the local number where it is filled in, without an empty place where it is not."""

from pathlib import Path

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
