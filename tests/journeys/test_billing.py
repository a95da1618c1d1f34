"""Questions about an account on the running service, as customers go on asking them."""

import pytest

from tests.journeys.test_journeys import kinds, text_of, verify
from tests.stack import Customer, Stack

TAILS = iter(("116", "223", "231"))  # one account a test: the newest code of a phone is then its own


@pytest.fixture
def proved(stack: Stack) -> Customer:
    customer, tail = stack.customer(), next(TAILS)
    customer.say("上个月电费多少")
    verify(customer, f"4100000{tail}", f"13800000{tail}")
    return customer


def test_a_month_a_why_and_a_comparison_go_on_with_what_was_told(proved: Customer) -> None:
    said = proved.say("那九月呢")
    assert kinds(said) == ["bill"] and "9 月电费(用电 9 月 1 日" in text_of(said)
    assert text_of(proved.say("为啥")).startswith("9 月电费")
    compared = proved.say("跟去年比呢")
    assert kinds(compared) == ["bill_explained"] and "去年同月是" in text_of(compared)


def test_another_subject_in_between_does_not_lose_the_account(proved: Customer) -> None:
    proved.say("阶梯电价怎么算的")
    assert kinds(proved.say("那八月呢")) == ["bill"]


def test_danger_in_between_comes_first_and_the_account_stays_proved(proved: Customer) -> None:
    assert kinds(proved.say("电线掉地上了还在冒火花"))[0] == "hazard"
    proved.say("建设路12号院门口")
    assert "balance" in kinds(proved.say("还欠不欠电费"))


def test_single_days_and_the_highest_day_are_told(stack: Stack) -> None:
    customer = stack.customer()
    customer.say("哪天用得最多")
    assert "用得最多的一天" in text_of(verify(customer, "4100000033", "13800000033"))
    assert "用了" in text_of(customer.say("昨天用了几度"))


def test_a_doubted_message_is_warned_of_before_and_after_the_proof(stack: Stack) -> None:
    customer = stack.customer()
    assert "beware" in kinds(customer.say("短信说要停电真的吗"))
    said = verify(customer, "4100000041", "13800000041")
    assert "balance" in kinds(said) and "outage" in kinds(said)
