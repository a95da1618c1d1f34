"""A supplier's service behind the doors: what it says is filed and told; when it cannot be had, nothing is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.billing import Billing, load_tariffs
from bot.billing.tables import Bill
from bot.clock import FixedClock
from bot.customers.tables import Contact
from bot.errors import NotAllowed, Unavailable
from bot.identity import VerifiedAccount
from bot.identity.changes import Changes
from bot.settings import ROOT, Settings
from bot.sources import ServiceClient, SourcedIdentity, SupplierService
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.billing.test_doors import DOORS
from tests.demo_data import SECRET, Phones, prove
from tests.sources.conftest import Service, recorded

ACCOUNT, PHONE = "4400000017", "13900440017"
NOT_ASKED = {"tariff"}  # the name of a tariff stands in our own files


class Doors:
    """Identity and billing over one service."""

    def __init__(self, db: Database, clock: FixedClock, client: ServiceClient) -> None:
        self.phones = Phones()
        source = SupplierService(db, clock, client, Changes(clock, self.phones), timedelta(seconds=60))
        self.identity = SourcedIdentity(db, clock, Settings(), self.phones, SECRET)
        self.identity.source = source
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
    assert doors.identity.file(proof).former_numbers == ("4400000000017",)


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


def test_every_field_that_was_recorded_is_documented() -> None:
    text = (ROOT / "docs" / "source-service.md").read_text(encoding="utf-8")
    fields = {*recorded("accounts")["accounts"][0], *recorded("books"), *recorded("books")["bills"][0]}
    assert {name for name in fields - {"a_field_of_their_own"} if f"`{name}`" not in text} == set()


def test_the_desk_finds_an_account_nobody_imported_by_its_number_alone(doors: Doors, service: Service) -> None:
    assert doors.identity.account_at_desk(PHONE) is None and service.asked == [], "a phone leads to nobody"
    assert doors.identity.account_at_desk(ACCOUNT) == ACCOUNT
    assert [contact.phone for contact, _ in doors.identity.reach(ACCOUNT).phones] == [PHONE]
    service.plan = [503] * 3
    with pytest.raises(Unavailable):
        doors.identity.account_at_desk(ACCOUNT)
