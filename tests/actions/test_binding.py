"""Binding in WeChat, and what a bound WeChat hears without a code: what is due, its home, its tickets; no more."""

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.identity import Identity
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
WANG, WANG_PHONE = "4100000017", "13800000017"
HUANG, HUANG_PHONE = ("4100000165", "4100000173"), "13800000165"


class InWechat:
    def reached_by(self, conversation_id: str) -> tuple[str, str | None]:
        return "wechat", OPENID


class Joining:
    def offer(self, conversation_id: str, request_key: str) -> str:
        return "12345678"


@pytest.fixture
def wechat(clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Talk:
    return Talk(
        clock,
        identity=identity,
        billing=billing,
        customers=customers,
        conversations=InWechat(),
        proven_by_channel=lambda _: identity.bindings.accounts_of("wechat", OPENID),
    )


def bind(talk: Talk, identity: Identity, phones: Phones, account_no: str = WANG, phone: str | None = None) -> None:
    proved(talk, phones, account_no, "bind_account", "绑定户号", phone)
    identity.forget(talk.conversation_id)


def test_in_wechat_an_account_is_bound_by_a_code_to_the_registered_phone(wechat: Talk, phones: Phones) -> None:
    wechat.say("绑定户号", "bind_account")
    assert wechat.kinds == ["identifier_ask"]
    wechat.say(WANG)
    wechat.say(phones.code(WANG_PHONE))
    assert wechat.kinds == ["bound"] and WANG in wechat.text("wechat")
    assert [to for to, text in phones.sent if "绑定" in text] == [WANG_PHONE]


def test_a_bound_wechat_hears_its_balance_without_a_code_and_its_bills_with_one(
    wechat: Talk, identity: Identity, phones: Phones
) -> None:
    bind(wechat, identity, phones)
    wechat.say("还有多少钱", "check_balance")
    assert wechat.kinds == ["balance"]
    for name in ("王秀英", "解放路"):
        assert name not in wechat.text("wechat")
    for intent in ("check_bill", "check_usage", "check_payment", "check_account", "explain_high_bill"):
        wechat.form = None
        wechat.slots.clear()
        wechat.say("查一下", intent)
        assert wechat.kinds == ["identifier_ask"], intent


def test_another_account_named_needs_its_own_proof(wechat: Talk, identity: Identity, phones: Phones) -> None:
    bind(wechat, identity, phones)
    wechat.say("查4100000025的余额", "check_balance", account_no="4100000025")
    assert wechat.kinds == ["code_sent"]


def test_nothing_bound_opens_nothing(wechat: Talk) -> None:
    wechat.say("还有多少钱", "check_balance")
    assert wechat.kinds == ["identifier_ask"]


def test_a_changed_phone_ends_what_rested_on_it(wechat: Talk, identity: Identity, phones: Phones) -> None:
    bind(wechat, identity, phones)
    identity.bindings.unbind("wechat", OPENID, WANG, request_key="office")
    wechat.say("还有多少钱", "check_balance")
    assert wechat.kinds == ["identifier_ask"]


def test_the_one_that_is_bound_is_unbound_without_a_code(wechat: Talk, identity: Identity, phones: Phones) -> None:
    bind(wechat, identity, phones)
    wechat.say("解绑", "bind_account")
    assert wechat.kinds == ["unbound"] and identity.bindings.accounts_of("wechat", OPENID) == ()
    wechat.say("解绑", "bind_account")
    assert wechat.kinds == ["not_bound"]


def test_of_several_it_is_asked_which(wechat: Talk, identity: Identity, phones: Phones) -> None:
    for account_no in HUANG:
        bind(wechat, identity, phones, account_no, HUANG_PHONE)
    wechat.say("还有多少钱", "check_balance")
    assert wechat.kinds == ["account_choose"]
    wechat.choose(0)
    assert wechat.kinds == ["balance"] and wechat.cards[0].dump()["account_no"] == HUANG[0]
    wechat.say("解绑", "bind_account")
    assert [option.title for option in wechat.cards[-1].options] == ["解绑尾号 0165", "解绑尾号 0173"]
    wechat.choose(1)
    assert wechat.kinds == ["unbound"]
    assert [proof.account_no for proof in identity.bindings.accounts_of("wechat", OPENID)] == [HUANG[0]]


def test_somebody_else_who_bound_it_is_put_out_with_a_code(wechat: Talk, identity: Identity, phones: Phones) -> None:
    bind(wechat, identity, phones)
    other = Talk(conversation_id="other", **vars(wechat.house) | {"conversations": Elsewhere()})
    proved(other, phones, WANG, "bind_account", "我家电表被别人绑了,给我解开")
    assert other.kinds == ["consents"]
    other.choose(0)
    assert other.kinds == ["others_unbound"] and "共 1 个" in other.text("wechat")
    assert identity.bindings.accounts_of("wechat", OPENID) == ()


class Elsewhere:
    def reached_by(self, conversation_id: str) -> tuple[str, str | None]:
        return "wechat", "another"


def test_on_the_web_a_code_leads_to_wechat_where_there_is_one(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, WANG, "bind_account", "绑定户号")
    assert talk.kinds == ["binding"] and "接着办" not in talk.text()
    talk.house.has_wechat, talk.house.joining = True, Joining()
    talk.say("绑定户号", "bind_account")
    assert "接着办 12345678" in talk.text()
