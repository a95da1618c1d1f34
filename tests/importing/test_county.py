"""Customers of every class and way of settling: each bill is taken apart to the cent, each balance is what was paid
less what was billed and used, and no door tells of anybody else.

So many as LAMPLIGHTER_TEST_CUSTOMERS says, a few hundred without it; `make county` takes ten thousand.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot.billing import Billing, load_tariffs
from bot.billing.books import check_bill
from bot.billing.explain import compare
from bot.billing.ledger import settle
from bot.billing.tables import POSTED, Bill, Payment
from bot.clock import LOCAL, FixedClock
from bot.identity import Identity, VerifiedAccount
from bot.identity.changes import Changes
from bot.identity.consents import Consents
from bot.settings import Settings
from bot.storage.base import Base
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.billing.test_doors import DOORS, records
from tests.demo_data import SECRET, Phones, prove
from tests.importing.conftest import importer
from tests.importing.county import DAYS, MODES, MONTHS, TODAY, is_read_daily, make, mode_of
from tests.importing.generated import KINDS, Customer

pytestmark = pytest.mark.timeout(3600)  # ten thousand take minutes
COUNT = int(os.environ.get("LAMPLIGHTER_TEST_CUSTOMERS", "400"))
AT_DOORS = min(COUNT // 4, 200)  # who proves their account and asks
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 0, tzinfo=LOCAL)
ACCOUNT_NO = re.compile(r"43\d{8}")


class County(NamedTuple):
    """Everybody, and those who come to the doors: some of each kind, the rest by lot."""

    db: Database
    customers: list[Customer]
    asking: list[Customer]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("county")
    tables = folder / "tables"
    tables.mkdir()
    supply = make(COUNT, tables, load_tariffs())
    database = Database(f"sqlite:///{folder / 'county.db'}")
    Base.metadata.create_all(database.engine)
    outcomes = importer(database, FixedClock(NOW), folder)(tables)
    assert {name: o.counts.refused for name, o in outcomes.items() if o.counts.refused} == {}
    some = [customer for kind in KINDS for customer in supply.by_kind(kind)[:2]]
    asking = {customer.number: customer for customer in [*some, *random.Random(7).sample(supply.customers, AT_DOORS)]}
    yield County(database, supply.customers, list(asking.values()))
    database.close()


class Doors:
    """Identity and billing over the county, and everything that a proof opens."""

    def __init__(self, db: Database, name: str) -> None:
        self._name = name
        clock, self.phones = FixedClock(NOW), Phones()
        self.identity = Identity(db, clock, Settings(), self.phones, SECRET)
        self.consents = Consents(db, clock, Changes(clock, self.phones))
        self.billing = Billing(db, clock, load_tariffs(), load_climate())

    def prove(self, customer: Customer) -> VerifiedAccount:
        return prove(self.identity, self.phones, customer.account_no, f"{self._name}-{customer.number}")

    def answers(self, proof: VerifiedAccount) -> dict[str, str]:
        told = {name: records(door(self.billing, proof)) for name, door in DOORS.items()}
        told["file"] = records(self.identity.file(proof))
        told["consents"] = records(self.consents.current(proof))
        told["phone"] = records(self.identity.phone_behind(proof))
        return told


def test_every_class_and_every_way_of_settling_is_there(county: County) -> None:
    assert {customer.kind for customer in county.customers} == set(KINDS)
    assert Counter(map(mode_of, county.customers)).keys() == set(MODES)


def test_every_bill_is_taken_apart_to_the_cent_against_both_baselines(county: County) -> None:
    compared = 0
    with county.db.read() as session:
        for customer in county.customers:
            mine = select(Bill).where(Bill.account_no == customer.account_no).order_by(Bill.month)
            bills = list(session.scalars(mine))
            assert len(bills) == MONTHS
            for place, newest in enumerate(bills):
                check_bill(newest)
                for back in (1, 12):
                    if place >= back:
                        before = bills[place - back]
                        effects = compare(newest, before).effects
                        assert before.amount + sum(effect.amount for effect in effects) == newest.amount
                        compared += 1
            session.expunge_all()
    assert compared == len(county.customers) * (MONTHS - 1 + MONTHS - 12)


def test_posted_money_is_either_used_for_bills_or_credit(county: County) -> None:
    """Everybody: what was posted less what was billed is what is to credit less what is owed, and never both."""
    left: Counter[str] = Counter()
    with county.db.read() as session:
        for customer in county.customers:
            bills = list(session.scalars(select(Bill).where(Bill.account_no == customer.account_no)))
            money = select(Payment.amount).where(Payment.account_no == customer.account_no, Payment.state == POSTED)
            posted = sum(session.scalars(money), Decimal(0))
            ledger = settle(bills, posted)
            assert ledger.credit - ledger.total_owed == posted - sum(bill.amount for bill in bills)
            assert not (ledger.credit and ledger.total_owed)
            left["owes" if ledger.total_owed else "has credit" if ledger.credit else "is even"] += 1
            session.expunge_all()
    assert left.keys() == {"owes", "has credit", "is even"}


def test_a_balance_is_posted_less_billed_less_used_since(county: County) -> None:
    doors = Doors(county.db, "balance")
    for customer in county.asking:
        balance = doors.billing.balance(doors.prove(customer))
        with county.db.read() as session:
            billed = sum(session.scalars(select(Bill.amount).where(Bill.account_no == customer.account_no)), Decimal(0))
            own = select(Payment).where(Payment.account_no == customer.account_no)
            posted = sum((p.amount for p in session.scalars(own) if p.state == POSTED), Decimal(0))
        used = balance.estimate
        assert (used is not None) == is_read_daily(customer)
        if used is not None:
            assert used.kwh == DAYS * customer.of.multiplier * max(len(customer.of.registers), 1)
        assert balance.amount == posted - billed - (used.amount if used else 0)
        assert balance.settlement_mode == mode_of(customer)


def test_no_door_tells_of_anybody_else(county: County) -> None:
    """Whoever proved one account asks at every door; every number, name and phone in the answers is their own."""
    doors, named = Doors(county.db, "doors"), 0
    for mine in county.asking:
        told = doors.answers(doors.prove(mine))
        for name, answer in told.items():
            found = set(ACCOUNT_NO.findall(answer))
            assert found <= {mine.account_no}, name
            assert set(re.findall(r"客户(\d+)", answer)) <= {str(mine.number)}, name
            assert set(re.findall(r"139\d{8}", answer)) <= {f"139{mine.number:08}"}, name
            named += bool(found)
        assert mine.account_no in told["file"] and mine.account_no in told["bills"]
    assert named > 5 * len(county.asking), "the doors do tell of the account itself"
