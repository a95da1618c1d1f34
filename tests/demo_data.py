"""The demo customers as a database each test gets a copy of, and a phone that keeps what was sent to it."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.billing import Billing, load_tariffs
from bot.billing.demo import seed
from bot.clock import LOCAL, FixedClock
from bot.customers import Customers
from bot.identity import Identity, VerifiedAccount
from bot.settings import Settings
from bot.storage.base import Base
from bot.storage.engine import Database
from bot.supplier.climate import load_climate

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL)
SECRET = b"a secret of the tests, 32 bytes.."


class Phones:
    """A code sender that keeps texts; the same key is sent once, as the outbox does it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self._keys: set[str] = set()

    def send(self, phone: str, text: str, request_key: str, data: object = None) -> None:
        if request_key not in self._keys:
            self._keys.add(request_key)
            self.sent.append((phone, text))

    def put(self, session: object, *, channel: str, address: str, text: str, request_key: str) -> None:
        self.send(address, text, request_key)

    def code(self, phone: str) -> str:
        """The newest code a phone holds."""
        codes = (re.findall(r"\d{6}", text) for to, text in reversed(self.sent) if to == phone)
        return next(found[0] for found in codes if found)


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "seeded.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    seed(database, FixedClock(NOW))
    database.close()
    return path


@pytest.fixture
def seeded(seeded_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A database of this test's own with all demo customers, as of 24 November 2026, 9:00."""
    path = tmp_path / "seeded.db"
    shutil.copy(seeded_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def customers(seeded: Database, clock: FixedClock) -> Customers:
    return Customers(seeded, clock)


@pytest.fixture
def identity(seeded: Database, clock: FixedClock, phones: Phones) -> Identity:
    return Identity(seeded, clock, Settings(), phones, SECRET)


@pytest.fixture
def billing(seeded: Database, clock: FixedClock) -> Billing:
    return Billing(seeded, clock, load_tariffs(), load_climate())


def prove(identity: Identity, phones: Phones, account_no: str, conversation_id: str = "") -> VerifiedAccount:
    """The proof of a demo account, gained as a customer gains it."""
    conversation = conversation_id or f"c-{account_no}"
    identity.request_code(conversation, account_no, f"{conversation}:{account_no}:{len(phones.sent)}:code")
    identity.check_code(conversation, re.findall(r"\d{6}", phones.sent[-1][1])[0], f"{conversation}:try:{account_no}")
    return identity.access_account(conversation)
