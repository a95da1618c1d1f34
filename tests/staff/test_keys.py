"""Keys of programs: shown once, limited to their scopes, ended by time or hand."""

import pytest

from bot.clock import FixedClock
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.staff import Staff
from bot.staff.tables import ApiKey
from bot.storage.engine import Database


def test_a_key_opens_its_scope_and_nothing_else(staff: Staff) -> None:
    key = staff.keys.make("wallboard", ["queue:read"], 30)
    assert staff.keys.require(key, "queue:read") == "wallboard"
    for wrong, scope in ((key, "tickets:write"), (key + "x", "queue:read"), ("", "queue:read")):
        with pytest.raises(NotAllowed):
            staff.keys.require(wrong, scope)


def test_a_key_ends_by_hand_and_by_time(staff: Staff, clock: FixedClock) -> None:
    first, second = (staff.keys.make(name, ["queue:read"], 30) for name in ("a", "b"))
    staff.keys.revoke("a")
    with pytest.raises(NotFound):
        staff.keys.revoke("a")
    clock.advance(days=30, seconds=1)
    for key in (first, second):
        with pytest.raises(NotAllowed):
            staff.keys.require(key, "queue:read")


def test_an_unknown_scope_is_refused_and_the_key_is_kept_nowhere(staff: Staff, any_db: Database) -> None:
    for scopes in ([], ["everything"]):
        with pytest.raises(InvalidInput):
            staff.keys.make("x", scopes, 1)
    key = staff.keys.make("x", ["queue:read"], 1)
    with any_db.read() as session:
        assert key not in [found.key_hash for found in session.query(ApiKey)]
