"""Among ten thousand customers the audit finds what was planted and nothing else, and nobody sees another's data."""

import random
from collections import Counter

import pytest
from sqlalchemy import func, select

from bot.audit import load_rules
from bot.audit.tables import AuditFinding
from bot.billing import Billing, load_tariffs
from bot.billing.books import check_bill
from bot.billing.explain import compare
from bot.billing.tables import Bill
from bot.clock import FixedClock
from bot.conversations.tables import Delivery
from bot.fieldwork.tables import TroubleTicket
from bot.identity import Identity
from bot.settings import Settings
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.audit.conftest import WHOLE, County, audit_of
from tests.billing.test_doors import DOORS, records
from tests.demo_data import SECRET, Phones, prove
from tests.importing.generated import KINDS

PAIRS = 40
AGAINST_AN_EARLIER_NIGHT = {"multiplier_changed", "tariff_changed"}  # held in test_night.py


def test_the_audit_finds_exactly_what_was_planted_and_opens_nothing_twice(
    county: County, county_db: Database, clock: FixedClock
) -> None:
    report = audit_of(county_db, clock).run()
    with county_db.read() as session:
        rows = session.scalars(select(AuditFinding)).all()
        found = {(row.kind, row.subject) for row in rows}
        tickets = {t.no: t for t in session.scalars(select(TroubleTicket))}
    assert found == county.planted.expected
    assert report.found == report.new == Counter(kind for kind, _ in county.planted.expected)
    assert (report.opened, report.waiting) == (len(found), 0)
    assert {row.ticket_no for row in rows} == set(tickets)
    for row in rows:
        assert row.ticket_no is not None
        ticket = tickets[row.ticket_no]
        renewal = row.kind.startswith("agreement")
        assert ticket.kind == ("agreement_renewal" if renewal else "reading_anomaly")
        assert ticket.account_no == row.account_no and "{" not in ticket.description
    again = audit_of(county_db, clock).run()
    assert (again.found, again.new.total(), again.opened) == (report.found, 0, 0)
    with county_db.read() as session:
        assert session.scalar(select(func.count()).select_from(TroubleTicket)) == report.opened
        told = session.scalars(select(Delivery.text)).all()
    assert len(told) == report.found["agreement_expiring"] and all("到期" in text for text in told)


def test_every_kind_of_finding_is_planted(county: County) -> None:
    planted = {kind for kind, _ in county.planted.expected}
    assert planted | AGAINST_AN_EARLIER_NIGHT == set(load_rules().findings)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_bill_is_taken_apart_to_the_cent(county: County, county_db: Database, kind: str) -> None:
    sample = [customer for customer in county.supply.by_kind(kind) if customer.number < WHOLE][:12]
    assert sample
    with county_db.read() as session:
        for customer in sample:
            bills = session.scalars(
                select(Bill).where(Bill.account_no == customer.account_no).order_by(Bill.month)
            ).all()
            assert len(bills) >= 13
            for newest, before in zip(bills[1:], bills, strict=False):
                check_bill(newest)
                apart = compare(newest, before)
                assert before.amount + sum(effect.amount for effect in apart.effects) == newest.amount


def test_nobody_is_told_of_another_account(county: County, county_db: Database, clock: FixedClock) -> None:
    """Whoever proved one account asks at every door; no number, name or meter of the other is in the answer."""
    phones, chance = Phones(), random.Random(7)
    identity = Identity(county_db, clock, Settings(), phones, SECRET)
    billing = Billing(county_db, clock, load_tariffs(), load_climate())
    pairs = [chance.sample(county.supply.customers, 2) for _ in range(PAIRS)]
    neighbours = [(c, county.supply.customers[c.number + 1]) for c, _ in pairs[:10] if c.number + 1 < 10_000]
    for mine, other in [*pairs, *neighbours]:
        proof = prove(identity, phones, mine.account_no, f"c-{mine.account_no}-{other.account_no}")
        answers = {name: records(door(billing, proof)) for name, door in DOORS.items()}
        answers["file"] = records(identity.file(proof))
        for name, answer in answers.items():
            for word in (other.account_no, other.meter_no, f"'客户{other.number}'", f"139{other.number:08}"):
                assert word not in answer, name
        assert mine.account_no in answers["file"]
