"""The holder lets somebody in, sees who is in, and puts them out; a guest leaves."""

from datetime import date

import pytest

from bot.clock import FixedClock
from bot.identity import Identity
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones, prove

WANG, GUEST, LIN = "4100000017", "13911112222", "13800009165"


@pytest.fixture
def let_in(talk: Talk, phones: Phones) -> Talk:
    """Wang Xiuying has let her daughter in for half a year."""
    proved(talk, phones, WANG, "bind_account", "让我闺女也能查电费")
    assert talk.kinds == ["let_in_ask"] and "11 位手机号" in talk.text()
    talk.say(GUEST, phone=GUEST)
    assert "授权到什么时候" in talk.text()  # who she is was said at the beginning
    talk.choose(0)
    assert "尾号 2222" in talk.text() and "家人" in talk.text() and "2027年5月25日" in talk.text()
    talk.say("对", "affirm")
    assert talk.kinds == ["let_in_done"] and talk.form is None
    return talk


def test_the_registered_phone_hears_of_it(let_in: Talk, phones: Phones) -> None:
    told = [text for phone, text in phones.sent if phone == "13800000017"]
    assert "已授权尾号 2222 的手机查询" in told[-1]
    assert not any(phone == GUEST for phone, _ in phones.sent)


def test_the_guest_proves_the_account_with_the_own_phone(let_in: Talk, phones: Phones, identity: Identity) -> None:
    identity.request_code("guest", GUEST, "g1")
    identity.check_code("guest", phones.code(GUEST), "g2")
    grant = identity.access_account("guest").grant
    assert grant.role == "family" and not grant.whole


def test_a_message_asked_again_gives_one_consent(let_in: Talk, phones: Phones, identity: Identity) -> None:
    proof = identity.access_account(let_in.conversation_id)
    assert [consent.ends_on for consent in identity.consents.current(proof)] == [date(2027, 5, 25)]


def test_who_is_in_is_listed_and_put_out_with_one_choice(let_in: Talk, phones: Phones, identity: Identity) -> None:
    let_in.say("现在谁能查我家的电费", "bind_account")
    assert let_in.kinds == ["consents"]
    assert "尾号 2222(家人)" in let_in.text() and "2027年5月25日" in let_in.text()
    let_in.choose(0)
    assert let_in.kinds == ["consent_ended"] and "尾号 2222" in let_in.text()
    assert identity.consents.current(identity.access_account(let_in.conversation_id)) == []
    assert "已取消尾号 2222" in phones.sent[-1][1]


def test_everything_is_asked_that_was_not_said(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, WANG, "bind_account")
    talk.choose(0)
    asked = [talk.cards[-1].asked]  # type: ignore[attr-defined]
    talk.say("13911112222", phone=GUEST)
    asked.append(talk.cards[-1].asked)  # type: ignore[attr-defined]
    talk.say("是我的租客")
    asked.append(talk.cards[-1].asked)  # type: ignore[attr-defined]
    talk.say("到明年6月30号")
    asked.append(talk.cards[-1].asked)  # type: ignore[attr-defined]
    assert asked == ["phone", "role", "until", "sure"]
    assert "2027年6月30日" in talk.text() and "租客只看得到租住这段时间的账单" in talk.text()


def test_a_no_at_the_end_gives_nothing(talk: Talk, phones: Phones, identity: Identity) -> None:
    proved(talk, phones, WANG, "bind_account", "让我儿子也能查")
    talk.say(GUEST, phone=GUEST)
    talk.choose(2)
    talk.say("不对", "deny")
    assert talk.kinds == ["let_in_refused"] and talk.form is None
    assert identity.consents.current(identity.access_account(talk.conversation_id)) == []


def test_what_makes_no_sense_is_asked_again(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, WANG, "bind_account", "让我儿子也能查")
    talk.say("就是他那个号")
    assert "没认出手机号" in talk.text() and talk.form == "consent_form"
    talk.say(GUEST, phone=GUEST)
    talk.say("去年五月")
    assert "没认出日期" in talk.text()


def test_the_proof_may_run_out_while_the_holder_thinks(talk: Talk, phones: Phones, clock: FixedClock) -> None:
    proved(talk, phones, WANG, "bind_account", "让我儿子也能查")
    talk.say(GUEST, phone=GUEST)
    talk.choose(1)
    clock.advance(minutes=31)
    talk.say("对", "affirm")
    assert talk.kinds == ["let_in_refused"] and "验证已过期" in talk.text()


def as_tenant(talk: Talk, phones: Phones, words: str, intent: str) -> Talk:
    talk.say(words, intent)
    talk.say(LIN)
    talk.say(phones.code(LIN))
    return talk


def test_a_tenant_sees_the_bills_of_the_own_term_alone(talk: Talk, phones: Phones) -> None:
    as_tenant(talk, phones, "2026年10月的电费", "check_bill")
    assert talk.kinds[0] == "bill" and "10 月" in talk.text()
    talk.say("2025年10月的电费", "check_bill")
    assert "bill" not in talk.kinds
    talk.say("去年全年的账单", "check_bill")
    assert "bills" not in talk.kinds


def test_a_tenant_cannot_let_others_in_nor_see_who_is(talk: Talk, phones: Phones) -> None:
    for words in ("让我老公也能查", "谁能查这一户"):
        as_tenant(talk, phones, words, "bind_account") if not talk.cards else talk.say(words, "bind_account")
        assert talk.kinds == ["not_granted"] and talk.form is None, words
        assert "您是户主授权的租客" in talk.text()


def test_a_tenant_leaves_and_sees_nothing_from_then_on(talk: Talk, phones: Phones) -> None:
    as_tenant(talk, phones, "把我从这户退出来", "bind_account")
    assert talk.kinds == ["consent_ended"] and "已退出" in talk.text()
    talk.say("查电费", "check_bill")
    assert talk.kinds == ["identifier_ask"]


def test_unbinding_on_the_web_forgets_what_was_proved(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, WANG, "check_bill")
    talk.say("解绑户号", "bind_account")
    assert talk.kinds == ["proof_ended"]
    talk.say("查电费", "check_bill")
    assert talk.kinds == ["identifier_ask"]


def test_another_phone_is_for_the_office_and_needs_no_proof(talk: Talk) -> None:
    talk.say("我换手机号了,把预留的改一下", "bind_account")
    assert talk.kinds == ["phone_change_office"] and "户主" not in talk.text()


def test_bindings_of_others_are_ended_by_the_holder(talk: Talk, phones: Phones, identity: Identity) -> None:
    other = prove(identity, phones, WANG, "other")
    identity.bindings.bind("wechat", "openid-1", WANG, other, request_key="b1")
    proved(talk, phones, WANG, "bind_account", "我的户号被前房东绑着")
    talk.choose(0)
    assert talk.kinds == ["others_unbound"] and "共 1 个" in talk.text()
    assert identity.bindings.accounts_of("wechat", "openid-1") == ()
