"""Asked whether another price pays, whoever has proved an account hears what it would have made of their own year."""

import pytest

from bot.billing import Billing
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones

SAVES, NIGHT_SHARE_SMALL = "4100000116", "4100000041"
ASKED = "改峰谷划算不"


@pytest.mark.parametrize("channel", ["web", "wechat", "sms"])
def test_what_would_have_been_saved_is_told_beside_the_rule(channel: str, talk: Talk, phones: Phones) -> None:
    proved(talk, phones, SAVES, "check_bill", "查电费")
    talk.say(ASKED, "ask_policy")
    assert talk.kinds == ["policy", "savings"] and talk.cards[0].id == "time-of-use-worth"
    assert "居民阶梯加峰谷电价" in talk.text(channel) and "约能少交" in talk.text(channel)


def test_that_nothing_would_have_been_saved_is_told_too(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, NIGHT_SHARE_SMALL, "check_bill", "查电费")
    talk.say(ASKED, "ask_policy")
    assert talk.kinds == ["policy", "savings"] and "省不到 10 元" in talk.text()


def test_where_the_registers_cannot_tell_the_rule_stands_alone(
    talk: Talk, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Billing, "savings", lambda *_: None)
    proved(talk, phones, SAVES, "check_bill", "查电费")
    talk.say(ASKED, "ask_policy")
    assert talk.kinds == ["policy"]


def test_without_a_proof_the_rule_stands_alone(talk: Talk) -> None:
    talk.say("居民改峰谷划算不", "ask_policy")
    assert talk.kinds == ["policy"]
