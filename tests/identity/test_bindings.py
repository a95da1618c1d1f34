"""Addresses bound to accounts: what they open, who hears of it, and how they fall."""

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.identity import Identity
from bot.identity.changes import Papers, StaffAct
from bot.identity.consents import Guest
from bot.identity.office import PhoneChange
from tests.demo_data import Phones, prove

WANG, WANG_PHONE = "4100000017", "13800000017"
LI = "4100000025"


def bound(identity: Identity, phones: Phones, account_no: str = WANG, address: str = "openid-1") -> None:
    proof = prove(identity, phones, account_no)
    identity.bindings.bind("wechat", address, account_no, proof, request_key=f"{address}:{account_no}:bind")


def accounts(identity: Identity, address: str = "openid-1") -> list[str]:
    return [proof.account_no for proof in identity.bindings.accounts_of("wechat", address)]


def test_a_bound_address_hears_the_balance_and_nothing_else(
    identity: Identity, phones: Phones, billing: Billing, clock: FixedClock
) -> None:
    bound(identity, phones)
    clock.advance(days=40)
    (proof,) = identity.bindings.accounts_of("wechat", "openid-1")
    assert billing.balance(proof).settlement_mode == "postpaid"
    for door in (billing.bill, billing.usage, billing.payment_status, billing.arrears, billing.supply, identity.file):
        with pytest.raises(NotAllowed):
            door(proof)  # type: ignore[operator]


def test_a_binding_needs_the_proof_of_that_account(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    proof = prove(identity, phones, WANG)
    for channel, address, account_no in (
        ("wechat", "o", LI),
        ("wechat", "", WANG),
        ("", "o", WANG),
        ("sms", "1", WANG),
    ):
        with pytest.raises(InvalidInput):
            identity.bindings.bind(channel, address, account_no, proof, request_key="m1")
    clock.advance(minutes=31)
    with pytest.raises(NotAllowed):
        identity.bindings.bind("wechat", "o", WANG, proof, request_key="m1")
    (level_1,) = identity.accounts_of_proven_phone(WANG_PHONE)
    assert level_1.grant.scope == {"due", "tickets"}


def test_the_phone_hears_once_that_something_was_bound_and_unbound(identity: Identity, phones: Phones) -> None:
    for _ in range(3):
        bound(identity, phones)
    identity.bindings.unbind("wechat", "openid-1", WANG, request_key="m2:unbind")
    identity.bindings.unbind("wechat", "openid-1", WANG, request_key="m2:unbind")
    told = [text for to, text in phones.sent if to == WANG_PHONE and "绑" in text]
    assert len(told) == 2
    assert accounts(identity) == []
    with pytest.raises(NotFound):
        identity.bindings.unbind("wechat", "openid-1", WANG, request_key="m3:unbind")


def test_an_address_may_hold_several_accounts_and_an_account_several_addresses(
    identity: Identity, phones: Phones
) -> None:
    bound(identity, phones, WANG)
    bound(identity, phones, LI)
    bound(identity, phones, WANG, "openid-2")
    assert accounts(identity) == [WANG, LI]
    assert identity.bindings.addresses_of(WANG) == [("wechat", "openid-1"), ("wechat", "openid-2")]


def test_an_unbound_address_knows_nothing(identity: Identity, phones: Phones) -> None:
    bound(identity, phones)
    assert accounts(identity, "openid-9") == []
    assert identity.bindings.accounts_of("sms", "13900000000") == ()
    assert [p.account_no for p in identity.bindings.accounts_of("sms", WANG_PHONE)] == [WANG]


def test_a_binding_falls_with_the_phone_it_was_proved_by(identity: Identity, phones: Phones) -> None:
    bound(identity, phones)
    change = PhoneChange(WANG, "13800007777", "王秀英", "holder", Papers(("holder_id",), "身份证与户名一致"))
    identity.office.change_phone(change, StaffAct("s1", "d1", identity.reach(WANG).seen))
    assert accounts(identity) == []
    assert identity.bindings.addresses_of(WANG) == []


def test_a_binding_by_somebody_let_in_falls_with_the_consent(identity: Identity, phones: Phones) -> None:
    holder = prove(identity, phones, WANG)
    identity.consents.let_in(holder, Guest("13800009999", "family"), "m1:consent")
    identity.request_code("guest", "13800009999", "g:code")
    identity.check_code("guest", phones.code("13800009999"), "g:try")
    identity.bindings.bind("wechat", "openid-3", WANG, identity.access_account("guest"), request_key="g:bind")
    assert accounts(identity, "openid-3") == [WANG]
    (consent,) = identity.consents.current(holder)
    identity.consents.end(holder, consent.id, "m2:end")
    assert accounts(identity, "openid-3") == []


def test_a_consent_without_the_balance_cannot_be_bound(identity: Identity, phones: Phones) -> None:
    holder = prove(identity, phones, WANG)
    identity.consents.let_in(holder, Guest("13800009999", "electrician"), "m1:consent")
    identity.request_code("guest", "13800009999", "g:code")
    identity.check_code("guest", phones.code("13800009999"), "g:try")
    with pytest.raises(NotAllowed):
        identity.bindings.bind("wechat", "o", WANG, identity.access_account("guest"), request_key="g:bind")


def test_the_holder_puts_everybody_elses_address_out(identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, WANG)
    for address in ("openid-1", "openid-2", "openid-3"):
        identity.bindings.bind("wechat", address, WANG, proof, request_key=f"{address}:bind")
    assert identity.bindings.unbind_others(proof, "wechat", "openid-1", request_key="m9") == 2
    assert identity.bindings.addresses_of(WANG) == [("wechat", "openid-1")]


def test_the_desk_ends_one_binding_or_all_once_it_has_seen_them(identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, WANG)
    for address in ("openid-1", "openid-2", "openid-3"):
        identity.bindings.bind("wechat", address, WANG, proof, request_key=f"{address}:bind")
    seen = identity.reach(WANG).seen
    identity.bindings.unbind_at_desk(WANG, [("wechat", "openid-2")], StaffAct("s1", "d1", seen))
    assert [bound.address for bound in identity.reach(WANG).bindings] == ["openid-1", "openid-3"]
    everything = [(bound.channel, bound.address) for bound in identity.reach(WANG).bindings]
    with pytest.raises(Conflict):
        identity.bindings.unbind_at_desk(WANG, everything, StaffAct("s1", "d2", seen))
    identity.bindings.unbind_at_desk(WANG, everything, StaffAct("s1", "d2", identity.reach(WANG).seen))
    assert identity.reach(WANG).bindings == ()
    with pytest.raises(NotFound):
        identity.bindings.unbind_at_desk(WANG, everything, StaffAct("s1", "d3", identity.reach(WANG).seen))
