"""The trail: every read stands on it, repetitions are counted, and nothing is told twice as often as it happened."""

from bot.clock import FixedClock
from bot.staff import Staff
from tests.staff.conftest import hire


def test_a_read_is_a_row_with_its_purpose(staff: Staff) -> None:
    staff.audit.read("p1", "read_account", "4100000017", "conversation c1")
    (entry,) = staff.audit.trail()
    assert (entry.actor, entry.subject, entry.purpose, entry.times) == ("p1", "4100000017", "conversation c1", 1)


def test_a_page_that_looks_again_is_one_row_until_ten_minutes_are_over(staff: Staff, clock: FixedClock) -> None:
    for _ in range(25):
        staff.audit.read("p1", "read_thread", "c1", "handling")
        clock.advance(seconds=31)
    rows = staff.audit.trail()
    assert len(rows) == 2 and sum(row.times for row in rows) == 25


def test_another_purpose_record_or_person_is_another_row(staff: Staff) -> None:
    for actor, subject, purpose in (("p1", "c1", "a"), ("p1", "c1", "b"), ("p1", "c2", "a"), ("p2", "c1", "a")):
        staff.audit.read(actor, "read_thread", subject, purpose)
    assert len(staff.audit.trail()) == 4
    assert len(staff.audit.trail("c1")) == 3


def test_what_a_list_showed_is_kept_with_it(staff: Staff, clock: FixedClock) -> None:
    staff.audit.read("p1", "read_list", "queue", "desk", ["c1"])
    staff.audit.read("p1", "read_list", "queue", "desk", ["c2"])
    assert [entry.detail for entry in staff.audit.trail()] == [["c1", "c2"]]


def test_what_is_done_to_accounts_is_on_it_too(staff: Staff) -> None:
    hire(staff, "wang")
    staff.people.disable("wang", by="root")
    acts = [(entry.action, entry.subject) for entry in reversed(staff.audit.trail())]
    assert acts == [
        ("person_added", "wang"),
        ("link_made", "wang"),
        ("password_set", "wang"),
        ("person_disabled", "wang"),
    ]
