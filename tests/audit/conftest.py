"""Ten thousand made-up customers in one database, imported once; and the audit of a house of its own."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.audit import Audit, load_rules
from bot.audit.notices import OutboxNotices
from bot.billing import load_tariffs
from bot.clock import LOCAL, FixedClock, new_id
from bot.conversations.outbox import Outbox
from bot.customers import Customers
from bot.fieldwork import Fieldwork, load_service_levels
from bot.replies.render import Renderer
from bot.storage.base import Base
from bot.storage.engine import Database
from bot.supplier import FOLDER, SupplierFiles
from tests.audit.planted import Planted, plant
from tests.importing.conftest import importer
from tests.importing.generated import Supply, generate, write

COUNT, MONTHS, BILLED, WHOLE = 10_000, 14, 4, 400
LAST = date(2026, 10, 31)
NIGHT = datetime(2026, 11, 1, 5, 0, tzinfo=LOCAL)  # read yesterday, and the bill goes out tomorrow


@dataclass(frozen=True)
class County:
    """All customers with what was planted among them, and the file of the database."""

    supply: Supply
    planted: Planted
    path: Path


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NIGHT)


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Everybody has the bills of the newest issued months, the first few hundred those of a year."""
    folder = tmp_path_factory.mktemp("county")
    tables = folder / "tables"
    tables.mkdir()
    supply = generate(COUNT, LAST, MONTHS)
    planted = plant(supply)
    billed = {True: MONTHS, False: BILLED}
    write(supply, tables, load_tariffs(), lambda customer: billed[customer.number < WHOLE], NIGHT.date())
    planted.edit(tables)
    database = Database(f"sqlite:///{folder / 'county.db'}")
    Base.metadata.create_all(database.engine)
    outcomes = importer(database, FixedClock(NIGHT), folder)(tables)
    assert {name: o.counts.refused for name, o in outcomes.items() if o.counts.refused} == {}
    database.close()
    return County(supply, planted, folder / "county.db")


@pytest.fixture
def county_db(county: County, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "county.db"
    shutil.copy(county.path, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def audit_of(db: Database, clock: FixedClock) -> Audit:
    customers, outbox = Customers(db, clock), Outbox(db, clock, new_id)
    notices = OutboxNotices(db, customers, outbox, Renderer(SupplierFiles((FOLDER,)).supplier, clock))
    return Audit(db, clock, Fieldwork(db, clock, load_service_levels()), notices, load_rules())
