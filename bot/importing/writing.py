"""Writing many rows at once: what is new is added, what differs is changed, what is the same is left alone.

SQLite takes the rows as they are (executemany). PostgreSQL gets them by COPY into a table of the transaction's own and
makes its types of them there. Both then insert with ON CONFLICT, and count what changed.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, Table
from sqlalchemy.orm import Session

from bot.importing.rows import Values
from bot.storage.base import ExactDecimal, UtcDateTime


class Bulk:
    """Writes rows with these columns into one table. `changing`: the columns a row that is there already may change."""

    def __init__(self, table: Table, columns: Sequence[str], key: Sequence[str], changing: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._key = tuple(key)
        self._changing = tuple(name for name in changing if name not in key)

    def write(self, session: Session, rows: Sequence[Values]) -> int:
        """How many rows were added or changed. No key may come twice."""
        if not rows:
            return 0
        if session.get_bind().dialect.name == "sqlite":
            return session.connection().exec_driver_sql(self._sqlite, list(rows)).rowcount
        connection = session.connection()
        driver: Any = connection.connection.driver_connection
        connection.exec_driver_sql("SET LOCAL timezone TO 'UTC'")
        connection.exec_driver_sql(self._stage)
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {self._staged} ({', '.join(self._columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        changed = connection.exec_driver_sql(self._postgres).rowcount
        connection.exec_driver_sql(f"DROP TABLE {self._staged}")
        return changed

    @property
    def _staged(self) -> str:
        return f"staged_{self._table.name}"

    @cached_property
    def _sqlite(self) -> str:
        marks = ", ".join("?" * len(self._columns))
        return (
            f"INSERT INTO {self._table.name} ({', '.join(self._columns)}) VALUES ({marks}) {self._conflict('IS NOT')}"
        )

    @cached_property
    def _postgres(self) -> str:
        taken = ", ".join(self._taken(name) for name in self._columns)
        return (
            f"INSERT INTO {self._table.name} ({', '.join(self._columns)}) SELECT {taken} FROM {self._staged} "
            f"{self._conflict('IS DISTINCT FROM')}"
        )

    @cached_property
    def _stage(self) -> str:
        columns = ", ".join(f"{name} {self._stage_type(name)}" for name in self._columns)
        return f"CREATE TEMPORARY TABLE {self._staged} ({columns}) ON COMMIT DROP"

    def _conflict(self, differs: str) -> str:
        target = f"ON CONFLICT ({', '.join(self._key)})"
        if not self._changing:
            return f"{target} DO NOTHING"
        changes = ", ".join(f"{name} = excluded.{name}" for name in self._changing)
        text = "::text" if differs == "IS DISTINCT FROM" else ""
        different = " OR ".join(
            f"{self._table.name}.{name}{self._plain(name, text)} {differs} excluded.{name}{self._plain(name, text)}"
            for name in self._changing
        )
        return f"{target} DO UPDATE SET {changes} WHERE {different}"

    def _plain(self, name: str, cast: str) -> str:
        """JSON of PostgreSQL has no equality of its own."""
        return cast if isinstance(self._table.c[name].type, JSON) else ""

    def _stage_type(self, name: str) -> str:
        kind = self._table.c[name].type
        for known, staged in (
            (ExactDecimal, "bigint"),
            (UtcDateTime, "timestamptz"),
            (Date, "date"),
            (Boolean, "boolean"),
            (Integer, "bigint"),
            (JSON, "json"),
        ):
            if isinstance(kind, known):
                return staged
        return "text"

    def _taken(self, name: str) -> str:
        """Scaled whole numbers become decimals again."""
        kind = self._table.c[name].type
        return f"{name} / 1{'0' * kind.places}::numeric" if isinstance(kind, ExactDecimal) else name
