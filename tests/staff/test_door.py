"""Logging in: one answer to everything that is wrong, limited tries, sessions that end."""

import threading

import pytest

from bot.clock import FixedClock, new_id
from bot.errors import NotAllowed, RateLimited
from bot.settings import Settings
from bot.staff import Staff, passwords, totp
from bot.staff.tables import StaffMember
from bot.storage.engine import Database
from tests.staff.conftest import ADDRESS, PASSWORD, SECRET, hire


def refusal(staff: Staff, login: str, password: str, code: str = "") -> tuple[str, str]:
    with pytest.raises(NotAllowed) as refused:
        staff.door.log_in(login, password, code, ADDRESS)
    return refused.value.code, refused.value.message


def test_whatever_is_wrong_the_answer_is_the_same(staff: Staff) -> None:
    hire(staff, "wang")
    hire(staff, "gone")
    staff.people.disable("gone")
    staff.people.add("new", "agent")
    answers = {refusal(staff, *tried) for tried in (("wang", "x"), ("nobody", "x"), ("gone", PASSWORD), ("new", ""))}
    assert len(answers) == 1


def test_an_unknown_name_costs_one_hash_like_a_known_one(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(staff, "wang")
    verified: list[str] = []
    real = passwords._hasher()

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real.verify(kept, password)

        def hash(self, password: str) -> str:
            return real.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    refusal(staff, "wang", "x")
    refusal(staff, "nobody", "x")
    assert len(verified) == 2


def test_too_many_tries_are_refused_for_known_and_unknown_names_alike(staff: Staff, clock: FixedClock) -> None:
    hire(staff, "wang")
    for login in ("wang", "nobody"):
        for _ in range(5):
            refusal(staff, login, "x")
        with pytest.raises(RateLimited) as refused:
            staff.door.log_in(login, PASSWORD, "", ADDRESS)
        assert refused.value.retry_after > 0
    clock.advance(minutes=16)
    staff.door.log_in("wang", PASSWORD, "", ADDRESS)


def test_right_logins_are_not_counted(staff: Staff) -> None:
    hire(staff, "wang")
    for _ in range(12):
        staff.door.log_in("wang", PASSWORD, "", ADDRESS)


def test_of_tries_at_the_same_moment_no_more_than_the_limit_are_looked_at(staff: Staff) -> None:
    hire(staff, "wang")
    outcomes: list[str] = []

    def guess() -> None:
        try:
            staff.door.log_in("wang", "x", "", ADDRESS)
        except (NotAllowed, RateLimited) as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("wrong_login") <= 5


def test_one_address_that_tries_many_names_is_refused(any_db: Database, clock: FixedClock) -> None:
    staff = Staff(any_db, clock, new_id, Settings(login_failures=1), SECRET)
    for number in range(10):
        refusal(staff, f"name{number}", "x")
    with pytest.raises(RateLimited):
        staff.door.log_in("name11", "x", "", ADDRESS)


def test_a_session_ends_when_nobody_acts_and_after_a_shift(staff: Staff, clock: FixedClock) -> None:
    hire(staff, "wang")
    token = staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    clock.advance(minutes=50)
    assert staff.door.person(token) is not None
    clock.advance(minutes=50)
    assert staff.door.person(token, acting=False) is not None
    clock.advance(minutes=11)
    assert staff.door.person(token) is None
    token = staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    for _ in range(12):
        assert staff.door.person(token) is not None
        clock.advance(minutes=59)
    clock.advance(minutes=13)
    assert staff.door.person(token) is None


def test_logging_out_ends_this_session_and_no_other(staff: Staff) -> None:
    hire(staff, "wang")
    first, second = (staff.door.log_in("wang", PASSWORD, "", ADDRESS) for _ in range(2))
    person = staff.door.person(first)
    assert person is not None
    staff.door.log_out(person)
    assert staff.door.person(first) is None and staff.door.person(second) is not None
    staff.people.put_out("wang", by="root")
    assert staff.door.person(second) is None


def test_present_is_whose_page_was_seen_a_moment_ago(staff: Staff, clock: FixedClock) -> None:
    member = hire(staff, "wang")
    token = staff.door.log_in("wang", PASSWORD, "", ADDRESS)
    clock.advance(seconds=80)
    staff.door.person(token, acting=False)
    clock.advance(seconds=80)
    assert staff.door.present() == {member}
    clock.advance(seconds=11)
    assert staff.door.present() == set()


def test_each_session_has_its_own_token_against_forged_requests(staff: Staff) -> None:
    hire(staff, "wang")
    people = [staff.door.person(staff.door.log_in("wang", PASSWORD, "", ADDRESS)) for _ in range(2)]
    tokens = {staff.door.csrf_token(person) for person in people if person}
    assert len(tokens) == 2


def code_now(staff: Staff, db: Database, clock: FixedClock, login: str = "wang") -> str:
    with db.read() as session:
        nonce = session.query(StaffMember).filter_by(login=login).one().totp_nonce
    assert nonce is not None
    return totp.code_at(totp.secret_of(SECRET, nonce), int(clock.now().timestamp()) // totp.STEP_SECONDS)


def test_with_codes_on_a_password_alone_opens_nothing(staff: Staff, any_db: Database, clock: FixedClock) -> None:
    member = hire(staff, "wang")
    staff.people.new_totp(member)
    staff.people.confirm_totp(member, code_now(staff, any_db, clock))
    clock.advance(seconds=30)
    wrong = refusal(staff, "wang", PASSWORD)
    assert wrong == refusal(staff, "wang", PASSWORD, "000000") == refusal(staff, "nobody", PASSWORD)
    code = code_now(staff, any_db, clock)
    staff.door.log_in("wang", PASSWORD, code, ADDRESS)
    assert refusal(staff, "wang", PASSWORD, code) == wrong, "a code is good once"


def test_the_codes_are_those_of_the_standard() -> None:
    secret = b"12345678901234567890"
    assert [totp.code_at(secret, t // 30) for t in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]
    assert totp.shown(secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
