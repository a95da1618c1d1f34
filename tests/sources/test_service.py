"""A supplier's service behind the doors: what it says is filed and told; when it cannot be had, nothing is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from bot.billing import Billing, load_tariffs
from bot.billing.source import NOT_GIVEN
from bot.billing.tables import Bill
from bot.clock import FixedClock
from bot.customers import Customers
from bot.customers.tables import Contact, CustomerAccount
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.identity import VerifiedAccount
from bot.identity.changes import Changes
from bot.settings import ROOT, Settings
from bot.sources import ServiceClient, SourcedIdentity, SupplierService
from bot.sources import records as source_records
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.billing.test_doors import DOORS
from tests.demo_data import SECRET, Phones, prove
from tests.sources.conftest import Service

ACCOUNT, PHONE = "4400000017", "13900440017"
NOT_ASKED = {"tariff"}  # the name of a tariff stands in our own files


class Doors:
    """Identity and billing over one service."""

    def __init__(self, db: Database, clock: FixedClock, client: ServiceClient) -> None:
        self.phones = Phones()
        source = SupplierService(db, clock, client, Changes(clock, self.phones), timedelta(seconds=60))
        self.identity = SourcedIdentity(db, clock, Settings(), self.phones, SECRET)
        self.identity.source = source
        self.customers = Customers(db, clock)
        self.billing = Billing(db, clock, load_tariffs(), load_climate(), source)

    def prove(self) -> VerifiedAccount:
        return prove(self.identity, self.phones, ACCOUNT)


@pytest.fixture
def doors(any_db: Database, clock: FixedClock, client: ServiceClient) -> Doors:
    return Doors(any_db, clock, client)


def test_a_customer_nobody_imported_is_served(doors: Doors) -> None:
    proof = doors.prove()
    assert doors.phones.sent[0][0] == PHONE
    issued = doors.billing.bill(proof)
    assert issued is not None and (issued.bill.amount, issued.owed) == (Decimal("67.20"), Decimal("67.20"))
    assert [line.amount for line in issued.bill.lines] == [Decimal("67.20")]
    record = doors.identity.file(proof)
    assert record.former_numbers == ("4400000000017",)
    assert record.agreement is not None and record.agreement.agreement_no == "S-HT-17"
    assert [invoice.invoice_no for invoice in doors.billing.invoices(proof).invoices] == ["SF-1"]
    assert doors.billing.settlements(proof) == []
    (point,) = doors.customers.supply_points(ACCOUNT)
    assert (point.feeder, point.transformer) == ("S-F1", "S-T1") and doors.customers.accounts_below("S-F1") == [ACCOUNT]
    assert [notice.kind for notice in doors.customers.arrears_notices(ACCOUNT)] == ["dunning"]


def test_what_the_service_never_tells_is_not_said_to_be_none(doors: Doors, service: Service) -> None:
    service.accounts["accounts"][0] |= {"distributed": "solar", "distributed_kw": "8"}
    del service.books["invoices"], service.books["settlements"]
    proof = doors.prove()
    for door in (doors.billing.invoices, doors.billing.settlements):
        with pytest.raises(NotFound) as told:
            door(proof)
        assert told.value.code == NOT_GIVEN
    assert doors.billing.bill(proof) is not None


def test_a_customer_without_panels_is_not_bothered_with_what_is_not_told(doors: Doors, service: Service) -> None:
    del service.books["settlements"]
    assert doors.billing.settlements(doors.prove()) == []


def test_what_was_imported_stands_where_the_service_is_silent(
    doors: Doors, service: Service, any_db: Database, clock: FixedClock
) -> None:
    proof = doors.prove()
    assert doors.billing.invoices(proof).invoices
    del service.books["invoices"], service.accounts["accounts"][0]["agreements"]
    service.accounts["accounts"][0]["opened_on"] = None
    clock.advance(minutes=2)
    assert [invoice.invoice_no for invoice in doors.billing.invoices(proof).invoices] == ["SF-1"]
    doors.identity.request_code("other", ACCOUNT, "again")
    with any_db.read() as session:
        account = session.get_one(CustomerAccount, ACCOUNT)
    assert doors.identity.file(proof).agreement is not None and (account.steps, account.opened_on) == (True, None)


def test_a_meter_exchanged_since_the_proof_comes_with_the_books(doors: Doors, service: Service) -> None:
    proof = doors.prove()
    service.books["meters"] = [
        {"meter_no": "M44017", "usage_point": "U44017", "installed_on": "2018-05-18", "removed_on": "2026-10-15"},
        {"meter_no": "M44018", "usage_point": "U44017", "installed_on": "2026-10-15"},
    ]
    service.books["exchanges"] = [
        {"old_meter": "M44017", "new_meter": "M44018", "exchanged_on": "2026-10-15", "reason": "轮换"}
    ]
    service.books["readings"] += [
        {"meter_no": "M44017", "kind": "month", "read_on": "2026-09-30", "total": "4000.00"},
        {"meter_no": "M44017", "kind": "day", "read_on": "2026-10-15", "total": "4060.00"},
        {"meter_no": "M44018", "kind": "day", "read_on": "2026-10-15", "total": "0.00"},
        {"meter_no": "M44018", "kind": "month", "read_on": "2026-10-31", "total": "60.00"},
    ]
    issued = doors.billing.bill(proof)
    assert issued is not None and [span.meter_no for span in issued.meters] == ["M44017", "M44018"]


def test_a_turn_asks_once_and_the_next_minute_again(doors: Doors, service: Service, clock: FixedClock) -> None:
    proof = doors.prove()
    for _ in range(3):
        assert doors.billing.balance(proof).ledger.total_owed > 0
    assert len([path for path in service.asked if "books" in path]) == 1
    paid = {"payment_no": "SP-2", "amount": "67.20", "paid_at": "2026-11-24T08:59:00+08:00"}
    service.books["payments"].append(service.books["payments"][0] | paid)
    clock.advance(seconds=61)
    assert doors.billing.balance(proof).ledger.total_owed == 0


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_old_figures_while_the_service_is_down(
    doors: Doors, service: Service, clock: FixedClock, door: str
) -> None:
    proof = doors.prove()
    DOORS[door](doors.billing, proof)
    clock.advance(minutes=5)
    service.plan = [503] * 3
    if door in NOT_ASKED:
        DOORS[door](doors.billing, proof)
        return
    with pytest.raises(Unavailable):
        DOORS[door](doors.billing, proof)


def doubled(books: Any) -> None:
    books["bills"][1]["amount"] = "134.40"


def unsourced(books: Any) -> None:
    books["bills"][1]["lines"][0]["source"] = " "


def of_another(books: Any) -> None:
    books["account_no"] = "4400000025"


def strange_meter(books: Any) -> None:
    books["readings"][0]["meter_no"] = "nobody's"


@pytest.mark.parametrize("spoil", [doubled, unsourced, of_another, strange_meter])
def test_books_that_cannot_be_right_are_not_filed(doors: Doors, service: Service, any_db: Database, spoil: Any) -> None:
    proof = doors.prove()
    spoil(service.books)
    with pytest.raises(Unavailable):
        doors.billing.bill(proof)
    with any_db.read() as session:
        assert session.scalars(select(Bill)).all() == []


def test_no_code_goes_out_while_a_number_cannot_be_looked_for(doors: Doors, service: Service) -> None:
    service.accounts = {"accounts": []}
    doors.identity.request_code("c", "4400000033", "k1")
    assert service.asked == ["/accounts?number=4400000033"] and doors.phones.sent == []
    service.plan = [500]
    with pytest.raises(Unavailable):
        doors.identity.request_code("c", ACCOUNT, "k2")
    assert doors.phones.sent == []


def test_a_phone_the_supplier_took_away_proves_nothing_any_more(
    doors: Doors, service: Service, any_db: Database
) -> None:
    doors.prove()
    service.accounts["accounts"][0]["contacts"] = [{"phone": "13900440018", "name": "冯晓"}]
    doors.identity.request_code("other", ACCOUNT, "k")
    assert [phone for phone, _ in doors.phones.sent[-2:]] == [PHONE, "13900440018"], "the old number hears of it"
    with any_db.read() as session:
        assert session.scalars(select(Contact.phone)).all() == ["13900440018"]
    with pytest.raises(NotAllowed):
        doors.identity.access_account(f"c-{ACCOUNT}")


def test_every_field_is_documented() -> None:
    text = (ROOT / "docs" / "source-service.md").read_text(encoding="utf-8")
    records = [each for each in vars(source_records).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    fields = {name for record in records for name in record.model_fields}
    assert {name for name in fields if f"`{name}`" not in text} == set()


def test_the_desk_finds_an_account_nobody_imported_by_its_number_alone(doors: Doors, service: Service) -> None:
    assert doors.identity.account_at_desk(PHONE) is None and service.asked == [], "a phone leads to nobody"
    assert doors.identity.account_at_desk(ACCOUNT) == ACCOUNT
    assert [contact.phone for contact, _ in doors.identity.reach(ACCOUNT).phones] == [PHONE]
    service.plan = [503] * 3
    with pytest.raises(Unavailable):
        doors.identity.account_at_desk(ACCOUNT)
