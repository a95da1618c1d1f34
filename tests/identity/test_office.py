"""The registered phone changes at an office and nowhere else, and the old number hears of it."""

import ast

import pytest

from bot.customers.tables import Contact
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.identity import Identity
from bot.identity.office import PhoneChange
from bot.settings import ROOT
from bot.storage.engine import Database
from tests.demo_data import Phones, prove

WANG, OLD, NEW = "4100000017", "13800000017", "13800007777"
CHANGE = PhoneChange(WANG, NEW, "王秀英", "holder", "身份证")


def test_the_new_phone_proves_and_the_old_one_no_longer(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, WANG, "c")
    identity.office.change_phone(CHANGE, staff_id="s1", request_key="d1")
    with pytest.raises(NotAllowed):
        identity.access_account("c")
    assert identity.accounts_of_proven_phone(OLD) == ()
    identity.request_code("d", WANG, "m1:code")
    assert phones.sent[-1][0] == NEW


def test_the_old_number_hears_of_it_once_and_the_new_one_does_not(identity: Identity, phones: Phones) -> None:
    for _ in range(2):
        identity.office.change_phone(CHANGE, staff_id="s1", request_key="d1")
    ((phone, text),) = phones.sent
    assert phone == OLD and "7777" in text and "95598" in text and NEW not in text


def test_a_code_asked_for_before_the_change_opens_nothing_after_it(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(OLD)
    identity.office.change_phone(CHANGE, staff_id="s1", request_key="d1")
    identity.check_code("c", code, "m2:try")
    with pytest.raises(NotAllowed):
        identity.access_account("c")


@pytest.mark.parametrize(
    ("change", "staff_id", "error"),
    [
        (PhoneChange(WANG, "123", "王", "holder", "身份证"), "s1", InvalidInput),
        (PhoneChange(WANG, NEW, "王", "holder", " "), "s1", InvalidInput),
        (PhoneChange(WANG, NEW, "王", "holder", "身份证"), "", InvalidInput),
        (PhoneChange("4100009999", NEW, "王", "holder", "身份证"), "s1", NotFound),
    ],
)
def test_without_papers_staff_or_account_nothing_changes(
    change: PhoneChange, staff_id: str, error: type[Exception], identity: Identity, phones: Phones, seeded: Database
) -> None:
    with pytest.raises(error):
        identity.office.change_phone(change, staff_id=staff_id, request_key="d1")
    assert phones.sent == []
    with seeded.read() as session:
        assert session.get(Contact, (WANG, NEW)) is None


def test_nothing_else_writes_whom_an_account_is_reached_by() -> None:
    """Seeding the demo, importing a book and a supplier's own service apart, a contact is made in one place."""
    allowed = {
        "bot/identity/office.py",
        "bot/customers/demo_people.py",
        "bot/customers/tables.py",
        "bot/sources/filing.py",
    }
    files = [
        path for room in ("bot", "actions") for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
    ]
    makers = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            first = node.args[0] if isinstance(node, ast.Call) and node.args else None
            writes = called in ("update", "insert", "delete") and isinstance(first, ast.Name) and first.id == "Contact"
            if called == "Contact" or writes:
                makers.add(path.relative_to(ROOT).as_posix())
    assert makers <= allowed
