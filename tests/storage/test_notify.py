"""A word told inside a transaction is heard by other connections when it commits, and not before."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import create_engine, text

from bot.storage.engine import Database
from bot.storage.notify import listen, notify

TOPIC = "things_changed"
SESSIONS = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def listening(db: Database) -> int:
    with db.read() as session:
        return int(session.execute(text(f"SELECT count(*) {SESSIONS}")).scalar_one())


def tell(db: Database, *words: str) -> None:
    with db.write() as session:
        for word in words:
            notify(session, TOPIC, word)


async def heard_while(db: Database, act: Callable[[list[str]], object]) -> list[str]:
    """What a listener hears while `act` runs and until it has heard the word "end"."""
    words: list[str] = []
    task = asyncio.create_task(listen(db.url, TOPIC, words.append))
    try:
        await until(lambda: listening(db) == 1)
        await asyncio.to_thread(act, words)
        await until(lambda: listening(db) == 1)
        await asyncio.to_thread(tell, db, "end")
        await until(lambda: "end" in words)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return words


def test_a_committed_word_is_heard_and_a_rolled_back_one_is_not(postgres_url: str) -> None:
    db = Database(postgres_url)

    def act(_words: list[str]) -> None:
        with suppress(RuntimeError), db.write() as session:
            notify(session, TOPIC, "undone")
            raise RuntimeError
        tell(db, "one", "two", "one")

    assert asyncio.run(heard_while(db, act)) == ["one", "two", "end"]


def test_a_lost_connection_is_made_again(postgres_url: str) -> None:
    db = Database(postgres_url)

    def act(words: list[str]) -> None:
        engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {SESSIONS}"))
        engine.dispose()

    assert asyncio.run(heard_while(db, act)) == ["end"]


def test_on_sqlite_nothing_is_told_and_nothing_breaks(db: Database) -> None:
    tell(db, "word")
