"""Short answers in standard language and in the dialect of Henan."""

import pytest

from bot.language.answers import read_ordinal, read_yes_no


@pytest.mark.parametrize(
    "text",
    [
        "是",
        "是的",
        "对",
        "嗯",
        "中",
        "可中",
        "得劲",
        "管",
        "行吧",
        "好嘞",
        "中中中",
        "OK",
        "y",
        "👌",
        "是嘞",
        "对 是我",
        "可中 谢谢",
        "沒錯",
        "要",
        "有",
        "没问题",
    ],
)
def test_yes_is_heard(text: str) -> None:
    assert read_yes_no(text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "不",
        "不是",
        "不是嘞",
        "木有",
        "没得",
        "冇",
        "不中",
        "不用了谢谢",
        "沒有",
        "不是不是",
        "no",
        "没闻到",
        "不需要",
        "错了",
        "❌",
        "不是俺家",
    ],
)
def test_no_is_heard(text: str) -> None:
    assert read_yes_no(text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "不知道",
        "俺也不知道",
        "不清楚",
        "忘了",
        "知不道",
        "不着",
        "俺不着嘞",
        "记不清了",
        "谁知道呢",
        "看不懂",
        "不确定",
        "不会看",
        "🤷",
    ],
)
def test_not_knowing_is_an_answer(text: str) -> None:
    assert read_yes_no(text) == "unknown"


@pytest.mark.parametrize(
    "text", ["", "电表坏了", "在?", "是不是停电", "不是停电,是冒火", "4100000017", "好多天没电了", "第二个"]
)
def test_more_than_an_answer_is_not_one(text: str) -> None:
    assert read_yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("第二个", 1),
        ("2", 1),
        ("二", 1),
        ("②", 1),
        ("2️⃣", 1),
        ("选2", 1),
        ("选第二个吧", 1),
        ("1.", 0),
        ("1、", 0),
        ("第一项", 0),
        ("最后一个", 3),
        ("最下面那个", 3),
        ("最上面那个", 0),
        ("B", 1),
        ("我要第三个", 2),
        ("两", 1),
        ("４", 3),
    ],
)
def test_an_option_is_chosen_by_its_place(text: str, index: int) -> None:
    assert read_ordinal(text, 4) == index


@pytest.mark.parametrize(
    "text", ["2号楼", "12", "0", "第五个", "10块", "2026", "", "第二个是啥意思", "两点", "3单元", "2-3-602"]
)
def test_what_names_no_option_chooses_none(text: str) -> None:
    assert read_ordinal(text, 4) is None


def test_nothing_is_chosen_where_nothing_is_offered() -> None:
    assert read_ordinal("最后一个", 0) is None
    assert read_ordinal("1", 0) is None
