"""One phone, two accounts: the home that is let and the shop. Words, numbers and choices turn from one to the other."""

import pytest

from bot.clock import FixedClock
from tests.actions.talk import Talk
from tests.demo_data import Phones

HUANG_PHONE, HOME, SHOP = "13800000165", "4100000165", "4100000173"
WANG = "4100000017"


@pytest.fixture
def huang(talk: Talk, phones: Phones) -> Talk:
    """The bill of the home has been asked for and told."""
    talk.say(f"查{HUANG_PHONE}的电费", "check_bill")
    talk.say(phones.code(HUANG_PHONE))
    talk.choose(0)
    assert talk.kinds == ["bill"] and HOME in talk.text()
    return talk


@pytest.mark.parametrize("words", ["店里那户呢", "那另一户的电费呢", "老街那户多少钱", f"户号{SHOP}的呢"])
def test_the_shop_is_spoken_of_without_another_code(words: str, huang: Talk, phones: Phones) -> None:
    sent = len(phones.sent)
    huang.say(words, "check_bill")
    assert huang.kinds == ["bill"] and SHOP in huang.text() and HOME not in huang.text()
    assert len(phones.sent) == sent


@pytest.mark.parametrize("reading", ["default_fallback", "inform"])
def test_an_account_named_and_nothing_else_goes_on_with_what_was_told(
    reading: str, huang: Talk, clock: FixedClock
) -> None:
    clock.advance(minutes=1)
    huang.say("店里那户呢", reading)
    assert huang.kinds == ["bill"] and SHOP in huang.text() and HOME not in huang.text()


def test_what_was_turned_to_last_is_what_the_next_question_is_about(huang: Talk, clock: FixedClock) -> None:
    clock.advance(minutes=1)
    huang.say("店里那户余额", "check_balance")
    huang.say("上个月多少钱", "check_bill")
    assert SHOP in huang.text()
    clock.advance(minutes=1)
    huang.say("家里那户呢", "check_bill")
    assert HOME in huang.text()


def test_turning_to_an_account_does_not_prove_it_for_longer(huang: Talk, clock: FixedClock) -> None:
    clock.advance(minutes=20)
    huang.say("店里那户呢", "check_bill")
    assert huang.kinds == ["bill"]
    clock.advance(minutes=11)
    huang.say("店里那户呢", "check_bill")
    assert huang.kinds == ["identifier_ask"]


def test_an_account_nobody_here_has_proved_is_to_be_proved(huang: Talk) -> None:
    huang.say(f"{WANG}的电费", "check_bill")
    assert huang.kinds == ["code_sent"]
    assert WANG not in huang.text()


def test_a_kind_of_account_that_is_not_among_those_proved_is_asked_for(huang: Talk) -> None:
    huang.say("厂里那户的电费", "check_bill")
    assert huang.kinds == ["identifier_ask"]


@pytest.mark.parametrize("words", ["店里的", "店里那户", "第二个", SHOP])
def test_of_two_the_one_described_is_chosen(words: str, talk: Talk, phones: Phones) -> None:
    talk.say(f"查{HUANG_PHONE}的电费", "check_bill")
    talk.say(phones.code(HUANG_PHONE))
    assert talk.kinds == ["account_choose"]
    talk.say(words)
    assert talk.kinds == ["bill"] and SHOP in talk.text()
