"""Finding customers: by their numbers, by the network above them, by their village."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.customers import Customers
from bot.customers.tables import Consent, Contact
from bot.errors import NotFound
from bot.storage.engine import Database


@pytest.mark.parametrize("number", ["4100000017", "4100000000017", "041000000017"])
def test_an_account_is_found_by_each_of_its_numbers(number: str, customers: Customers) -> None:
    assert customers.account_of(number) == "4100000017"


def test_nothing_is_found_by_an_unknown_or_removed_number(customers: Customers) -> None:
    assert customers.account_of("4100009999") is None
    assert customers.account_of("041099999207") is None
    assert customers.registered_phone("4100009999") is None
    with pytest.raises(NotFound):
        customers.account("4100009999")


def test_accounts_are_found_below_any_piece_of_the_network(customers: Customers) -> None:
    assert customers.accounts_below("B-JS-0101") == ["4100000017", "4100000116"]
    assert "4100000041" in customers.accounts_below("F-RM")
    assert set(customers.accounts_below("T-JS-01")) < set(customers.accounts_below("SUB-CG"))
    assert customers.accounts_below("F-YY2") == ["4100000082"]
    assert customers.accounts_below("nothing") == []


def test_accounts_are_found_by_their_village(customers: Customers) -> None:
    assert customers.accounts_in("柳庄村") == ["4100000132", "4100000256"]


def test_a_phone_knows_its_accounts_while_consent_lasts(customers: Customers, seeded: Database) -> None:
    assert customers.accounts_of_phone("13800000165") == ["4100000165", "4100000173"]
    with seeded.write() as session:
        session.get_one(Contact, ("4100000173", "13800000165")).registered = False
    assert customers.accounts_of_phone("13800000165") == ["4100000165"]
    assert customers.accounts_of_phone("13800009165") == ["4100000165"]
    with seeded.write() as session:
        session.scalars(select(Consent)).one().ends_on = date(2026, 11, 23)
    assert customers.accounts_of_phone("13800009165") == []


def test_nodes_carry_the_names_people_know(customers: Customers) -> None:
    node = customers.node("T-JXY")
    assert node is not None and (node.name, node.owner, node.parent) == ("锦绣园专变", "property", "F-WH-1")
    assert customers.node("nothing") is None
