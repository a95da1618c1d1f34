"""Staff on one database, with the hashing of passwords made cheap."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from bot.clock import FixedClock, new_id
from bot.settings import Settings
from bot.staff import Staff, passwords
from bot.storage.engine import Database

SECRET = b"secret of the tests, long enough"
PASSWORD = "correct horse 9"
ADDRESS = "192.0.2.1"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._nobodys_hash.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def staff(any_db: Database, clock: FixedClock) -> Staff:
    return Staff(any_db, clock, new_id, Settings(), SECRET)


def hire(staff: Staff, login: str, role: str = "agent", name: str = "") -> str:
    """A person with a password; their id."""
    member = staff.people.add(login, role, name)
    staff.people.set_password(staff.people.link(login), PASSWORD)
    return member.id
