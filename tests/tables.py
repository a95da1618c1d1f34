"""A database with every table, made once: to copy it takes a thirtieth of making it anew for each test."""

import tempfile
from functools import cache
from pathlib import Path

from bot import schema  # noqa: F401  (makes every table known)
from bot.storage.base import Base
from bot.storage.engine import Database


def make_tables(url: str) -> None:
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.close()


def sqlite_with_tables(path: Path) -> Database:
    """An empty database with every table, in a new file."""
    path.write_bytes(_file())
    return Database(f"sqlite:///{path}")


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        make_tables(f"sqlite:///{path}")
        return path.read_bytes()
