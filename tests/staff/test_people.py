"""Accounts: nobody has a password they did not set, links work once, a disabled person is out at once."""

import threading

import pytest

from bot.clock import FixedClock
from bot.errors import Conflict, InvalidInput, LamplighterError, NotFound
from bot.staff import ROLES, Staff, may
from bot.staff.tables import StaffLink
from tests.staff.conftest import ADDRESS, PASSWORD, hire


def test_a_new_person_has_no_password(staff: Staff) -> None:
    staff.people.add("wang", "agent")
    assert staff.people.one("wang").password_hash is None
    for tried in ("", "wang", "nobody has this password"):
        with pytest.raises(LamplighterError):
            staff.door.log_in("wang", tried, "", ADDRESS)


def test_a_link_sets_a_password_once(staff: Staff) -> None:
    staff.people.add("wang", "agent", "王芳")
    token = staff.people.link("wang")
    assert staff.people.link_holder(token).name == "王芳"
    staff.people.set_password(token, PASSWORD)
    with pytest.raises(NotFound):
        staff.people.set_password(token, "another one 77")
    assert staff.door.person(staff.door.log_in("WANG ", PASSWORD, "", ADDRESS)) is not None


def test_a_link_used_by_two_at_once_works_for_one(staff: Staff) -> None:
    staff.people.add("wang", "agent")
    token = staff.people.link("wang")
    done: list[str] = []

    def use(password: str) -> None:
        try:
            staff.people.set_password(token, password)
        except LamplighterError:
            return
        done.append(password)

    threads = [threading.Thread(target=use, args=(f"password number {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    staff.door.log_in("wang", done[0], "", ADDRESS)


def test_a_link_ends_after_a_day_and_by_a_newer_one(staff: Staff, clock: FixedClock) -> None:
    staff.people.add("wang", "agent")
    old, new = staff.people.link("wang"), staff.people.link("wang")
    with pytest.raises(NotFound):
        staff.people.link_holder(old)
    clock.advance(hours=24, seconds=1)
    with pytest.raises(NotFound):
        staff.people.link_holder(new)


def test_the_database_holds_no_link(staff: Staff, any_db) -> None:  # type: ignore[no-untyped-def]
    staff.people.add("wang", "agent")
    token = staff.people.link("wang")
    with any_db.read() as session:
        assert [link.token_hash for link in session.query(StaffLink)] != [token]


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "xx wang 2026 xx", "x" * 201])
def test_a_password_that_is_easily_guessed_is_refused_and_the_link_still_works(staff: Staff, password: str) -> None:
    staff.people.add("wang", "agent")
    token = staff.people.link("wang")
    with pytest.raises(InvalidInput):
        staff.people.set_password(token, password)
    staff.people.set_password(token, PASSWORD)


def test_a_login_name_is_taken_once_whatever_its_case(staff: Staff) -> None:
    staff.people.add("Wang", "agent")
    with pytest.raises(Conflict):
        staff.people.add("wang", "editor")
    for login, role in (("", "agent"), ("a b", "agent"), ("li", "chief")):
        with pytest.raises(InvalidInput):
            staff.people.add(login, role)


def test_a_disabled_person_is_out_at_once(staff: Staff) -> None:
    hire(staff, "wang")
    token = staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    staff.people.disable("wang")
    assert staff.door.person(token) is None
    with pytest.raises(LamplighterError):
        staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    staff.people.enable("wang")
    staff.door.log_in("wang", PASSWORD, "", ADDRESS)


def test_nobody_disables_themselves(staff: Staff) -> None:
    member = hire(staff, "root", "administrator")
    with pytest.raises(Conflict):
        staff.people.disable("root", by=member)


def test_a_changed_password_ends_every_session(staff: Staff) -> None:
    member = hire(staff, "wang")
    token = staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    with pytest.raises(InvalidInput):
        staff.people.change_password(member, "wrong", "another one 77")
    staff.people.change_password(member, PASSWORD, "another one 77")
    assert staff.door.person(token) is None


def test_the_first_start_invites_an_administrator_until_one_can_log_in(staff: Staff) -> None:
    (first,) = staff.first_invitations()
    assert (first.member.login, first.member.role) == ("admin", "administrator")
    (second,) = staff.first_invitations()
    staff.people.set_password(second.token, PASSWORD)
    assert staff.first_invitations() == []


def test_an_administrator_sees_no_customer_and_an_agent_no_account() -> None:
    assert not may("administrator", "desk") and not may("agent", "people")
    assert all(may(role, "self") for role in ROLES)
    assert not may("nobody", "self")
