"""Fixtures every room shares: a clock that tests move by hand, a database on each engine, the running stack."""

import itertools
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.clock import LOCAL, FixedClock
from bot.storage.engine import Database
from tests import postgres
from tests.stack import Stack
from tests.tables import make_tables, sqlite_with_tables

NUMBERS = itertools.count(1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    if postgres.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_cluster: str) -> str:
    """A database of this test's own on the session's cluster."""
    return new_database(postgres_cluster)


def new_database(postgres_cluster: str, template: str = "template1") -> str:
    """Creates a database, empty or like another one, and returns its URL."""
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(postgres_cluster, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return postgres_cluster.replace("/postgres?", f"/{name}?")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session")
def postgres_tables(postgres_cluster: str) -> str:
    """The name of a database with every table, made once."""
    url = new_database(postgres_cluster)
    make_tables(url)
    return str(make_url(url).database)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, on SQLite. Rooms that must hold on both ask for `any_db`."""
    database = sqlite_with_tables(tmp_path / "test.db")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    template = request.getfixturevalue("postgres_tables")
    database = Database(new_database(request.getfixturevalue("postgres_cluster"), template))
    yield database
    database.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole service as `make run` starts it, on a free port and a folder of its own; shared by the session."""
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def stack_url(stack: Stack) -> str:
    return stack.url
