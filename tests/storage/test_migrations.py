"""The migrations make what the program expects, and can be taken back, on both databases."""

import pytest
from alembic import command
from sqlalchemy import inspect

from bot.commands.database import alembic_config
from bot.storage.base import Base
from bot.storage.engine import Database


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_the_migrations_make_every_table_of_the_program(url: str) -> None:
    command.upgrade(alembic_config(url), "head")
    database = Database(url)
    made = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    database.close()
    assert made == {name for name in Base.metadata.tables if not name.startswith("test_")}


def test_a_database_can_be_taken_back_to_nothing(url: str) -> None:
    command.upgrade(alembic_config(url), "head")
    command.downgrade(alembic_config(url), "base")
    database = Database(url)
    left = inspect(database.engine).get_table_names()
    database.close()
    assert left == ["alembic_version"]
