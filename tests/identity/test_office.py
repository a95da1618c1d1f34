"""The registered phone changes at an office and nowhere else, and the old number hears of it."""

import ast
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import FixedClock
from bot.customers.demo import seed_customers
from bot.customers.tables import Contact
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.identity import Identity
from bot.identity.changes import Papers, StaffAct
from bot.identity.office import PhoneChange
from bot.settings import ROOT
from bot.staff.tables import AuditEntry
from bot.storage.engine import Database
from tests.demo_data import NOW, Phones, prove

WANG, OLD, NEW = "4100000017", "13800000017", "13800007777"
DEAD, DAUGHTER = "4100000157", "13800009157"
PAPERS = Papers(("holder_id",), "身份证与户名一致")
CHANGE = PhoneChange(WANG, NEW, "王秀英", "holder", PAPERS)
ACT = StaffAct("s1", "d1")


def test_the_new_phone_proves_and_the_old_one_no_longer(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, WANG, "c")
    identity.office.change_phone(CHANGE, ACT)
    with pytest.raises(NotAllowed):
        identity.access_account("c")
    assert identity.accounts_of_proven_phone(OLD) == ()
    identity.request_code("d", WANG, "m1:code")
    assert phones.sent[-1][0] == NEW


def test_the_old_number_hears_of_it_once_and_the_new_one_does_not(identity: Identity, phones: Phones) -> None:
    for _ in range(2):
        identity.office.change_phone(CHANGE, ACT)
    ((phone, text),) = phones.sent
    assert phone == OLD and "7777" in text and "95598" in text and NEW not in text


def test_a_code_asked_for_before_the_change_opens_nothing_after_it(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(OLD)
    identity.office.change_phone(CHANGE, ACT)
    identity.check_code("c", code, "m2:try")
    with pytest.raises(NotAllowed):
        identity.access_account("c")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (replace(CHANGE, phone="123"), InvalidInput),
        (replace(CHANGE, name=" "), InvalidInput),
        (replace(CHANGE, role="tenant"), InvalidInput),
        (replace(CHANGE, papers=Papers((), "看过")), InvalidInput),
        (replace(CHANGE, papers=Papers(("holder_id",), " ")), InvalidInput),
        (replace(CHANGE, papers=Papers(("a look in the eyes",), "看过")), InvalidInput),
        (replace(CHANGE, papers=Papers(("holder_id",), "长" * 201)), InvalidInput),
        (replace(CHANGE, account_no="4100009999"), NotFound),
    ],
)
def test_without_papers_or_account_nothing_changes(
    change: PhoneChange, error: type[Exception], identity: Identity, phones: Phones, seeded: Database
) -> None:
    with pytest.raises(error):
        identity.office.change_phone(change, ACT)
    assert phones.sent == []
    with seeded.read() as session:
        assert session.get(Contact, (WANG, NEW)) is None


def test_what_was_seen_and_by_whom_is_kept_and_on_the_trail(identity: Identity, seeded: Database) -> None:
    identity.office.change_phone(CHANGE, ACT)
    (change,) = identity.reach(WANG).changes
    assert (change.documents, change.note, change.by) == (["holder_id"], "身份证与户名一致", "staff:s1")
    with seeded.read() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.actor, entry.action, entry.subject) == ("s1", "phone_changed", WANG)


def test_whoever_looked_before_the_last_change_is_told_to_look_again(identity: Identity, phones: Phones) -> None:
    identity.office.change_phone(CHANGE, ACT)
    with pytest.raises(Conflict) as refused:
        identity.office.change_phone(replace(CHANGE, phone="13800008888"), StaffAct("s2", "d2"))
    assert refused.value.code == "stale" and identity.reach(WANG).phones[0][0].phone == NEW
    identity.office.change_phone(replace(CHANGE, phone="13800008888"), StaffAct("s2", "d2", identity.reach(WANG).seen))
    assert [contact.phone for contact, _ in identity.reach(WANG).phones] == ["13800008888"]


def test_the_daughter_of_a_dead_holder_is_registered_as_family_and_a_stranger_with_his_number_is_told_nothing(
    identity: Identity, phones: Phones
) -> None:
    papers = Papers(("death", "kinship"), "死亡证明与户口簿")
    as_holder = PhoneChange(DEAD, DAUGHTER, "张小梅", "holder", papers)
    with pytest.raises(NotAllowed) as refused:
        identity.office.change_phone(as_holder, ACT)
    assert refused.value.code == "holder_deceased"
    identity.office.change_phone(replace(as_holder, role="family"), ACT)
    assert phones.sent == []
    assert prove(identity, phones, DEAD).grant.whole
    assert [to for to, _ in phones.sent] == [DAUGHTER]


def test_a_phone_changed_at_the_desk_stays_changed_when_the_demo_is_dated_anew(
    identity: Identity, seeded: Database
) -> None:
    identity.office.change_phone(CHANGE, ACT)
    seed_customers(seeded, FixedClock(NOW + timedelta(days=1)))
    assert [contact.phone for contact, _ in identity.reach(WANG).phones] == [NEW]


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
