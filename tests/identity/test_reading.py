"""What customers type to say who they are."""

import pytest

from bot.identity.reading import Identifier, read_code, read_identifier, says_not_received, says_send_again


@pytest.mark.parametrize(
    ("text", "kind", "digits"),
    [
        ("4100000017", "account", "4100000017"),
        ("户号4100000000017", "account", "4100000000017"),
        ("我的号是 138 0000 0017", "phone", "13800000017"),
        ("+86 13800000017", "phone", "13800000017"),
        ("4100-0000-17", "account", "4100000017"),
        ("４１０００００１７０", "account", "4100000170"),
        ("幺三八零零零零零零幺七", "phone", "13800000017"),
        ("表号 041000000017", "meter", "041000000017"),
        ("4100000017。", "account", "4100000017"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, kind: str, digits: str) -> None:
    assert read_identifier(text) == Identifier(kind, digits)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["不知道", "123456", "12345", "4100000017 或者 4100000025", "", "我家在前庄村46号"])
def test_what_is_no_single_number_is_not_read(text: str) -> None:
    assert read_identifier(text) is None


def test_the_same_number_twice_is_one_number() -> None:
    assert read_identifier("4100000017,对,4100000017") == Identifier("account", "4100000017")


@pytest.mark.parametrize("text", ["123456", "验证码是123456", "１２３４５６", "123 456", "一二三四五六"])
def test_a_code_is_read_however_it_is_written(text: str) -> None:
    assert read_code(text) == "123456"


@pytest.mark.parametrize("text", ["12345", "1234567", "123456 还是 654321", "没收到"])
def test_what_is_no_code_is_not_read(text: str) -> None:
    assert read_code(text) is None


def test_the_words_for_a_code_that_never_came() -> None:
    assert says_not_received("俺这收不到啊") and says_not_received("沒收到")
    assert not says_not_received("123456")
    assert says_send_again("再发一次吧")
