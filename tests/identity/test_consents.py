"""Letting others in: by whom, for what, how long; and what the registered phone hears of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers.tables import Consent
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.identity import Identity, VerifiedAccount
from bot.identity.changes import NO_PAPERS, Papers, StaffAct
from bot.identity.consents import MOST, Guest
from bot.storage.engine import Database
from tests.demo_data import Phones, prove

HOME, HOLDER = "4100000165", "13800000165"
TENANT, DAUGHTER = "13800009165", "13800009999"
WANG, WANG_PHONE = "4100000017", "13800000017"
PAPERS = Papers(("holder_id",), "身份证与户名一致")


def by_phone(identity: Identity, phones: Phones, phone: str, conversation: str = "guest") -> VerifiedAccount:
    """The proof of the one account a phone leads to."""
    identity.request_code(conversation, phone, f"{conversation}:{phone}:{len(phones.sent)}")
    identity.check_code(conversation, phones.code(phone), f"{conversation}:try:{len(phones.sent)}")
    return identity.access_account(conversation)


def test_a_daughter_let_in_sees_the_bills_with_her_own_phone(
    identity: Identity, phones: Phones, billing: Billing
) -> None:
    identity.consents.let_in(prove(identity, phones, WANG), Guest(DAUGHTER, "family", "闺女"), "m9:consent")
    proof = by_phone(identity, phones, DAUGHTER)
    assert (proof.account_no, proof.grant.role) == (WANG, "family")
    assert billing.bill(proof) is not None
    with pytest.raises(NotAllowed):
        identity.consents.let_in(proof, Guest("13800008888", "family"), "m10:consent")


def test_the_holders_phone_hears_of_it_once(identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, WANG)
    for _ in range(3):
        identity.consents.let_in(proof, Guest(DAUGHTER, "family"), "m9:consent")
    told = [text for to, text in phones.sent if to == WANG_PHONE and "授权" in text]
    assert len(told) == 1 and "9999" in told[0] and "0017" in told[0]
    assert DAUGHTER not in told[0] and WANG not in told[0]
    assert len(identity.consents.current(proof)) == 1


def test_an_ended_consent_opens_nothing_from_that_moment(identity: Identity, phones: Phones) -> None:
    holder = prove(identity, phones, WANG)
    identity.consents.let_in(holder, Guest(DAUGHTER, "family"), "m9:consent")
    by_phone(identity, phones, DAUGHTER)
    (consent,) = identity.consents.current(holder)
    identity.consents.end(holder, consent.id, "m11:end")
    with pytest.raises(NotAllowed):
        identity.access_account("guest")
    assert identity.accounts_of_proven_phone(DAUGHTER) == ()
    assert any("取消" in text for to, text in phones.sent if to == WANG_PHONE)


def test_a_consent_runs_out_by_itself(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    until = date(2026, 11, 25)
    identity.consents.let_in(prove(identity, phones, WANG), Guest(DAUGHTER, "family", ends_on=until), "m9:consent")
    clock.advance(days=1)
    assert by_phone(identity, phones, DAUGHTER).account_no == WANG
    clock.advance(hours=15)  # midnight in Shanghai
    with pytest.raises(NotAllowed):
        identity.access_account("guest")
    sent = len(phones.sent)
    identity.request_code("later", DAUGHTER, "late:code")
    assert len(phones.sent) == sent


def test_one_customer_does_not_end_anothers_consent(identity: Identity, phones: Phones) -> None:
    (mine,) = identity.consents.current(prove(identity, phones, HOME))
    other = prove(identity, phones, WANG)
    assert identity.consents.current(other) == []
    with pytest.raises(NotFound):
        identity.consents.end(other, mine.id, "m9:end")


def test_somebody_let_in_may_leave_and_the_holder_may_not(identity: Identity, phones: Phones) -> None:
    guest = by_phone(identity, phones, TENANT)
    identity.consents.leave(guest, "m9:leave")
    assert identity.consents.current(prove(identity, phones, HOME)) == []
    with pytest.raises(NotAllowed):
        identity.consents.leave(prove(identity, phones, HOME), "m10:leave")


def test_a_tenant_sees_their_own_term_and_not_a_day_more(
    identity: Identity, phones: Phones, billing: Billing, seeded: Database
) -> None:
    with seeded.write() as session:
        row = session.scalars(select(Consent)).one()
        row.starts_on, row.ends_on = date(2026, 7, 1), date(2026, 11, 30)
    proof = by_phone(identity, phones, TENANT)
    shown = billing.bills(proof, date(2024, 1, 1), date(2027, 1, 1))
    assert [bill.month for bill in shown] == [date(2026, m, 1) for m in (7, 8, 9, 10)]
    assert billing.bill(proof, date(2026, 6, 1)) is None
    assert {bill.month.month for bill in billing.usage(proof, months=24).months} == {7, 8, 9, 10}
    with seeded.write() as session:
        session.scalars(select(Consent)).one().starts_on = date(2026, 7, 2)
    assert billing.bill(identity.access_account("guest"), date(2026, 7, 1)) is None


def test_a_tenant_who_moved_in_this_month_has_no_bill_and_no_payment_of_others(
    identity: Identity, phones: Phones, billing: Billing, seeded: Database
) -> None:
    with seeded.write() as session:
        session.scalars(select(Consent)).one().starts_on = date(2026, 11, 20)
    proof = by_phone(identity, phones, TENANT)
    assert billing.bill(proof) is None
    assert billing.not_billed_yet(proof) is None
    assert billing.explain_high(proof) is None
    assert billing.payment_status(proof).payments == ()
    assert {use.day for use in billing.usage(proof).days} <= {date(2026, 11, 20) + timedelta(days=n) for n in range(10)}


def test_a_tenant_sees_neither_the_file_nor_lets_anybody_in(identity: Identity, phones: Phones) -> None:
    proof = by_phone(identity, phones, TENANT)
    for door in (
        lambda: identity.file(proof),
        lambda: identity.consents.current(proof),
        lambda: identity.consents.let_in(proof, Guest(DAUGHTER, "family"), "m9"),
        lambda: identity.bindings.unbind_others(proof, "wechat", "o1", request_key="m9"),
    ):
        with pytest.raises(NotAllowed):
            door()


def test_a_renewed_lease_goes_on_from_its_start(identity: Identity, phones: Phones) -> None:
    holder = prove(identity, phones, HOME)
    (before,) = identity.consents.current(holder)
    identity.consents.let_in(holder, Guest(TENANT, "tenant", ends_on=date(2028, 1, 23)), "m9:consent")
    (after,) = identity.consents.current(holder)
    assert (after.starts_on, after.ends_on) == (before.starts_on, date(2028, 1, 23))


@pytest.mark.parametrize(
    "guest",
    [
        Guest("12345", "family"),
        Guest(DAUGHTER, "owner"),
        Guest(DAUGHTER, "family", scope=("everything",)),
        Guest(DAUGHTER, "family", ends_on=date(2026, 11, 23)),
        Guest(DAUGHTER, "tenant", starts_on=date(2027, 1, 1), ends_on=date(2026, 12, 1)),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(guest: Guest, identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, WANG)
    with pytest.raises(InvalidInput):
        identity.consents.let_in(proof, guest, "m9:consent")
    assert identity.consents.current(proof) == []
    assert len(phones.sent) == 1


def test_the_registered_phone_needs_no_consent_and_a_crowd_gets_none(identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, WANG)
    with pytest.raises(Conflict):
        identity.consents.let_in(proof, Guest(WANG_PHONE, "family"), "m9:consent")
    for n in range(MOST):
        identity.consents.let_in(proof, Guest(f"138000088{n:02d}", "family"), f"g{n}:consent")
    with pytest.raises(Conflict):
        identity.consents.let_in(proof, Guest(DAUGHTER, "family"), "m10:consent")


def test_the_desk_gives_and_ends_under_its_own_name(identity: Identity, phones: Phones, seeded: Database) -> None:
    identity.consents.let_in_at_desk(WANG, Guest(DAUGHTER, "agent"), PAPERS, StaffAct("s7", "d1"))
    holder = prove(identity, phones, WANG)
    (consent,) = identity.consents.current(holder)
    assert consent.given_by == "staff:s7"
    identity.consents.end_at_desk(WANG, consent.id, StaffAct("s7", "d2", identity.reach(WANG).seen))
    assert identity.consents.current(holder) == []
    with pytest.raises(NotFound):
        identity.consents.let_in_at_desk("4100009999", Guest(DAUGHTER, "agent"), PAPERS, StaffAct("s7", "d3"))
    with pytest.raises(InvalidInput):
        identity.consents.let_in_at_desk(WANG, Guest(DAUGHTER, "agent"), NO_PAPERS, StaffAct("s7", "d4"))
