"""Runs the migrations on the database whose URL the caller set. Every room's tables are named here, once."""

from typing import Literal

from alembic import context

from bot import schema  # noqa: F401  (makes every table known)
from bot.storage.base import Base, ExactDecimal, UtcDateTime
from bot.storage.engine import Database

target_metadata = Base.metadata


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Our column types as the migrations write them."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, ExactDecimal):
        return f"ExactDecimal({item.places})"
    return False


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            context.configure(
                connection=connection, target_metadata=target_metadata, render_as_batch=True, render_item=render
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        database.close()


run()
