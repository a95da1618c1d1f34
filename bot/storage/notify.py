"""LISTEN and NOTIFY of PostgreSQL: a word to the other processes, heard when the transaction commits.

Only a shortcut: whoever listens polls as well, and on SQLite there is nothing but the poll.
"""

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from psycopg import sql
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

log = structlog.get_logger()
AGAIN_SECONDS = 2.0


def notify(session: Session, topic: str, word: str) -> None:
    """Tells every listener, once the caller's transaction is committed; the same word twice is told once."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_notify(topic, word)))


async def listen(url: str, topic: str, heard: Callable[[str], None]) -> None:
    """Calls `heard` with each word, until cancelled; a lost connection is made again. `url` names a PostgreSQL."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            await _hear(plain, topic, heard)
        except psycopg.OperationalError as error:
            log.warning("listening_lost", topic=topic, error=type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)


async def _hear(url: str, topic: str, heard: Callable[[str], None]) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(topic)))
        async for note in connection.notifies():
            heard(note.payload)
