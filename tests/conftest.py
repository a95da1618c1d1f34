"""Fixtures every room shares: a clock that tests move by hand, a database on each engine, the running stack."""

import itertools
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot import schema  # noqa: F401  (makes every table known)
from bot.clock import LOCAL, FixedClock
from bot.storage.base import Base
from bot.storage.engine import Database
from tests import postgres
from tests.stack import Stack

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


def new_database(postgres_cluster: str) -> str:
    """Creates an empty database and returns its URL."""
    name = f"test_{next(NUMBERS)}"
    engine = create_engine(postgres_cluster, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres_cluster.replace("/postgres?", f"/{name}?")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    """An empty database with every table, on SQLite. Rooms that must hold on both ask for `any_db`."""
    yield from _opened(sqlite_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_db(request: pytest.FixtureRequest) -> Iterator[Database]:
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    yield from _opened(request.getfixturevalue(fixture))


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    Base.metadata.create_all(database.engine)
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
