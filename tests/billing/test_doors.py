"""Every door to billing opens the account of its proof and no other, and none without a proof."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.errors import NotAllowed
from bot.identity import Identity, ProvenPhone, VerifiedAccount
from tests.demo_data import Phones, prove

Door = Callable[[Billing, VerifiedAccount], Any]
DOORS: dict[str, Door] = {
    "bill": lambda billing, proof: billing.bill(proof),
    "bills": lambda billing, proof: billing.bills(proof, date(2026, 1, 1), date(2026, 12, 1)),
    "not_billed_yet": lambda billing, proof: billing.not_billed_yet(proof),
    "balance": lambda billing, proof: billing.balance(proof),
    "arrears": lambda billing, proof: billing.arrears(proof),
    "supply": lambda billing, proof: billing.supply(proof),
    "payment_status": lambda billing, proof: billing.payment_status(proof),
    "usage": lambda billing, proof: billing.usage(proof),
    "explain_high": lambda billing, proof: billing.explain_high(proof),
    "usage_between": lambda billing, proof: billing.usage_between(proof, date(2026, 8, 1), date(2026, 11, 30)),
    "used_on": lambda billing, proof: billing.used_on(proof, date(2026, 11, 20)),
    "settlements": lambda billing, proof: billing.settlements(proof),
    "invoices": lambda billing, proof: billing.invoices(proof),
    "tariff": lambda billing, proof: billing.tariff(proof),
    "savings": lambda billing, proof: billing.savings(proof),
}


def records(found: Any) -> str:
    """All a door answered, as text, with the rows in it."""
    if hasattr(found, "__table__"):
        return repr({column.name: getattr(found, column.name) for column in found.__table__.columns})
    if hasattr(found, "__dataclass_fields__"):
        return records([getattr(found, name) for name in found.__dataclass_fields__])
    if isinstance(found, list | tuple):
        return "".join(records(item) for item in found)
    return repr(found)


def test_the_list_of_doors_is_complete() -> None:
    public = {name for name in vars(Billing) if not name.startswith("_")}
    assert public == set(DOORS)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_opens_only_the_account_of_its_proof(
    door: str, billing: Billing, identity: Identity, phones: Phones
) -> None:
    mine, other = prove(identity, phones, "4100000025"), prove(identity, phones, "4100000074")
    answers = records(DOORS[door](billing, mine)), records(DOORS[door](billing, other))
    assert "4100000074" not in answers[0]
    assert "4100000025" not in answers[1]
    assert door in ("arrears", "supply", "settlements") or answers[0] != answers[1]


@pytest.mark.parametrize("door", DOORS)
def test_a_proof_that_has_run_out_opens_nothing(
    door: str, billing: Billing, identity: Identity, phones: Phones, clock: FixedClock
) -> None:
    proof = prove(identity, phones, "4100000025")
    clock.advance(minutes=30)
    with pytest.raises(NotAllowed):
        DOORS[door](billing, proof)


def test_nobody_else_can_make_a_proof(clock: FixedClock) -> None:
    until = clock.now() + timedelta(hours=1)
    for proof in (VerifiedAccount, ProvenPhone):
        with pytest.raises(NotAllowed):
            proof("4100000025", until, object())


def test_a_proven_phone_opens_the_balance(billing: Billing, identity: Identity) -> None:
    (proof,) = identity.accounts_of_proven_phone("13800000025")
    assert billing.balance(proof).ledger.total_owed > 0


def test_the_month_asked_for_is_the_month_answered(billing: Billing, identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, "4100000041")
    newest, august = billing.bill(proof), billing.bill(proof, date(2026, 8, 17))
    assert newest is not None and newest.bill.month == date(2026, 10, 1)
    assert august is not None and august.bill.month == date(2026, 8, 1)
    assert billing.bill(proof, date(2026, 11, 1)) is None
    assert billing.bill(proof, date(2019, 1, 1)) is None


def test_a_balance_is_posted_less_owed_less_estimated(billing: Billing, identity: Identity, phones: Phones) -> None:
    balance = billing.balance(prove(identity, phones, "4100000025"))
    assert balance.estimate is not None
    assert balance.amount == -balance.ledger.total_owed - balance.estimate.amount
    assert balance.days_left is None
    assert balance.estimate.to == date(2026, 11, 23)


def test_remote_prepayment_says_how_many_days_are_left(billing: Billing, identity: Identity, phones: Phones) -> None:
    assert billing.balance(prove(identity, phones, "4100000140")).days_left == 4


def test_a_paid_cut_off_says_by_when_power_returns(billing: Billing, identity: Identity, phones: Phones) -> None:
    supply = billing.supply(prove(identity, phones, "4100000132"))
    assert supply.cut_at is not None and supply.returns_by is not None and supply.reconnection_failed
    assert supply.returns_by - supply.cut_at == timedelta(hours=24, minutes=45)


def test_an_account_without_bills_is_told_so(billing: Billing, identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, "4100000215")
    assert (billing.bill(proof), billing.explain_high(proof), billing.not_billed_yet(proof)) == (None, None, None)
    assert billing.balance(proof).amount == 0
    assert billing.usage(proof).months == ()
