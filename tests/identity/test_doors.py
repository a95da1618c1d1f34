"""What a proof opens, for whom, and until when."""

import pytest

from bot.clock import FixedClock
from bot.customers.tables import Contact
from bot.errors import InvalidInput, NotAllowed
from bot.identity import Identity
from bot.settings import ROOT
from bot.storage.engine import Database
from tests.demo_data import Phones, prove

WANG, LI = "4100000017", "4100000025"
HUANG_HOME, HUANG_SHOP, HUANG_PHONE = "4100000165", "4100000173", "13800000165"


def test_without_a_proof_the_door_is_shut(identity: Identity) -> None:
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_a_proof_ends_after_thirty_minutes(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    prove(identity, phones, WANG, "c")
    clock.advance(minutes=29, seconds=59)
    assert identity.access_account("c").account_no == WANG
    clock.advance(seconds=1)
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_a_proof_belongs_to_its_conversation(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, WANG, "c")
    with pytest.raises(NotAllowed):
        identity.access_account("d")


def test_another_account_named_in_the_question_needs_its_own_proof(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, WANG, "c")
    assert identity.access_account("c", "查 4100000017 的电费").account_no == WANG
    assert identity.access_account("c", "13800000017").account_no == WANG
    for said in ("查 4100000025 的电费", "4100009999"):
        with pytest.raises(NotAllowed):
            identity.access_account("c", said)


def test_of_two_proved_accounts_the_last_is_meant_unless_one_is_named(
    identity: Identity, phones: Phones, clock: FixedClock
) -> None:
    prove(identity, phones, WANG, "c")
    clock.advance(minutes=1)
    prove(identity, phones, LI, "c")
    assert identity.access_account("c").account_no == LI
    assert identity.access_account("c", WANG).account_no == WANG


def test_a_phone_with_several_accounts_asks_which(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", HUANG_PHONE, "m1:code")
    checked = identity.check_code("c", phones.code(HUANG_PHONE), "m2:try")
    assert (checked.outcome, checked.choices) == ("choose", (HUANG_HOME, HUANG_SHOP))
    with pytest.raises(NotAllowed):
        identity.access_account("c")
    with pytest.raises(InvalidInput):
        identity.choose("c", 3)
    identity.choose("c", 2)
    assert identity.access_account("c").account_no == HUANG_SHOP


def test_nobody_chooses_without_a_right_code(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    identity.request_code("c", HUANG_PHONE, "m1:code")
    with pytest.raises(NotAllowed):
        identity.choose("c", 1)
    identity.check_code("c", phones.code(HUANG_PHONE), "m2:try")
    assert identity.choices("d") == ()
    clock.advance(minutes=30)
    assert identity.choices("c") == ()
    with pytest.raises(NotAllowed):
        identity.choose("c", 1)


def test_an_account_number_opens_that_account_alone(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, HUANG_SHOP, "c")
    assert identity.choices("c") == ()
    assert identity.access_account("c").account_no == HUANG_SHOP


def test_a_proof_falls_with_the_registered_phone(identity: Identity, phones: Phones, seeded: Database) -> None:
    prove(identity, phones, WANG, "c")
    with seeded.write() as session:
        contact = session.get_one(Contact, (WANG, "13800000017"))
        contact.registered = False
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_forgetting_ends_everything_of_the_conversation(identity: Identity, phones: Phones) -> None:
    prove(identity, phones, WANG, "c")
    identity.request_code("c", HUANG_PHONE, "m8:code")
    identity.check_code("c", phones.code(HUANG_PHONE), "m9:try")
    identity.forget("c")
    assert identity.choices("c") == ()
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_the_phone_of_a_holder_who_died_opens_nothing_and_nobody_is_told(identity: Identity, phones: Phones) -> None:
    for typed in ("4100000157", "13800000157"):
        identity.request_code("c", typed, f"{typed}:code")
    assert phones.sent == []
    assert identity.accounts_of_proven_phone("13800000157") == ()


def test_a_tenant_does_not_open_what_the_holder_opens(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", "13800009165", "m1:code")
    identity.check_code("c", phones.code("13800009165"), "m2:try")
    with pytest.raises(NotAllowed):
        identity.file(identity.access_account("c"))


def test_the_file_is_that_of_the_proof(identity: Identity, phones: Phones) -> None:
    mine, other = identity.file(prove(identity, phones, WANG)), identity.file(prove(identity, phones, LI))
    assert (mine.account.holder, mine.former_numbers) == ("王秀英", ("4100000000017",))
    assert {meter.account_no for meter in mine.meters} == {contact.account_no for contact in mine.contacts} == {WANG}
    assert other.location is not None and other.location.account_no == other.account.account_no == LI


def test_only_identity_makes_proofs() -> None:
    files = (path for room in ("bot", "actions") for path in (ROOT / room).rglob("*.py"))
    elsewhere = [path for path in files if path.parent.name != "identity"]
    makers = ("proof import", "_SEAL", "VerifiedAccount(", "ProvenPhone(")
    assert [path.name for path in elsewhere if any(maker in path.read_text(encoding="utf-8") for maker in makers)] == []


def test_a_proven_phone_knows_its_accounts(identity: Identity) -> None:
    assert [p.account_no for p in identity.accounts_of_proven_phone(HUANG_PHONE)] == [HUANG_HOME, HUANG_SHOP]
    assert identity.accounts_of_proven_phone("13900000000") == ()
