"""The hazard guard against messages of every voice, and against everything that only looks like danger."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.language.files import lexicon
from bot.language.hazard import FLAGS, KINDS, assess
from bot.language.hazard_lexicon import build

NOT_REPORTS = {"neutral_fault", "gas", "trapped", "life_support"}


def _cases() -> list[tuple[str, str]]:
    lines = Path(__file__).with_name("hazard.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t", 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


CASES = _cases()
DANGERS = [(label, text) for label, text in CASES if label != "safe"]
REPORTS = [text for label, text in DANGERS if label not in NOT_REPORTS]
HARMLESS = [text for label, text in CASES if label == "safe"]


def _spaced(text: str) -> str:
    return " ".join(text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _shouted(text: str) -> str:
    return f"🆘🆘{text}!!!!!!"


def _invisible(text: str) -> str:
    return "\u200b".join(text)


def test_the_set_is_large_enough_to_say_something() -> None:
    assert len(REPORTS) >= 250
    assert len(HARMLESS) >= 400


def test_nearly_every_danger_is_found() -> None:
    missed = [text for text in REPORTS if not assess(text).reports_hazard]
    assert 1 - len(missed) / len(REPORTS) >= 0.985, missed


def test_hardly_anything_harmless_raises_an_alarm() -> None:
    alarms = [(text, assess(text).matched) for text in HARMLESS if assess(text).reports_hazard]
    assert len(alarms) / len(HARMLESS) <= 0.01, alarms


def test_the_right_card_is_named() -> None:
    named = [(label, text) for label, text in DANGERS if label in KINDS]
    wrong = [(label, assess(text).kind, text) for label, text in named if assess(text).kind != label]
    assert len(wrong) / len(named) <= 0.03, wrong


@pytest.mark.parametrize("disguise", [_spaced, _full_width, _shouted, _invisible])
def test_a_danger_is_found_however_it_is_typed(disguise) -> None:  # type: ignore[no-untyped-def]
    missed = [text for text in REPORTS if not assess(disguise(text)).reports_hazard]
    assert 1 - len(missed) / len(REPORTS) >= 0.97, missed


def test_a_danger_is_found_in_traditional_script() -> None:
    opencc = pytest.importorskip("opencc")
    traditional = opencc.OpenCC("s2t")
    missed = [text for text in REPORTS if not assess(traditional.convert(text)).reports_hazard]
    assert 1 - len(missed) / len(REPORTS) >= 0.97, missed


@pytest.mark.parametrize("text", ["触。电。了。救命", "触*电*了", "着-火-了", "冒,烟,了", "触 电 了"])
def test_marks_between_the_characters_hide_nothing(text: str) -> None:
    assert assess(text).reports_hazard


MISHEARD = """店线断了 电先掉下来了 高压现断了 漏店了 露电麻人 触店了 处电了快来 带店的水管 墙上冒眼了 插座冒严 表箱冒燕
插座帽烟 电线冒货了 开关打伙 电线着获了 插座找火了 俺屋胡味可大 有糊未 一股交味 麻首 水笼头码手 变鸭器冒烟 插坐冒火花
查座着火 电线打拉到地上 线段了掉地上 线吊地上了 电干倒了 标箱冒烟 俺爹叫店打了 店死人了 冒火画 漏点了麻手
水烟到插座了"""


@pytest.mark.parametrize("text", MISHEARD.split())
def test_misheard_words_hide_nothing(text: str) -> None:
    assert assess(text).reports_hazard


@pytest.mark.parametrize(
    "text",
    ["本来想问电费,{}", "{},另外上个月电费多少", "不是停电,{}", "你好 {} 快来", "我说一下情况啊,我下午买菜回来,{}"],
)
def test_a_danger_is_found_beside_another_need(text: str) -> None:
    for danger in ("门口电线断了掉地上", "表箱冒烟了", "有人触电了", "插座冒火花"):
        assert assess(text.format(danger)).reports_hazard, danger


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("没电了,我妈用着呼吸机", "life_support"),
        ("电梯里困了人,小区停电了", "trapped"),
        ("灯爆亮一下电视冰箱都烧了", "appliance_damage"),
        ("插座冒烟,家里就老人一个人在家", "vulnerable"),
        ("学校门口线断了,正放学", "crowd"),
    ],
)
def test_circumstances_are_flagged(text: str, flag: str) -> None:
    assert flag in FLAGS
    assert flag in assess(text).flags


def test_life_support_alone_is_a_card_only_while_the_power_is_off() -> None:
    assert assess("家里老人用着呼吸机呢,突然停电了").kind == "life_support"
    assert assess("登记一下,家里有呼吸机,停电前通知我").kind is None
    assert assess("停电了,老人用呼吸机,插座还冒火").kind == "fire"


def test_an_empty_or_enormous_message_is_answered_at_once() -> None:
    assert assess("").kind is None
    assert assess("  \n\u200b").kind is None
    assert assess("停电" * 2000).kind is None
    assert assess("停电了。" * 500 + "表箱冒烟了").kind == "box_smoke"


def test_a_word_that_cannot_be_read_stops_the_start() -> None:
    data = {**lexicon("hazard"), "ignore": ["(冒烟"]}
    with pytest.raises(ConfigurationError, match="ignore"):
        build(data)


def test_a_rule_about_an_unknown_class_stops_the_start() -> None:
    data = {**lexicon("hazard"), "rules": [{"kind": "fire", "say": "no_such_class"}]}
    with pytest.raises(ConfigurationError, match="no_such_class"):
        build(data)
