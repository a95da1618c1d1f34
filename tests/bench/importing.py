"""`make bench-import`: what it costs to import so many accounts with 24 months of readings, bills and payments.

Made-up customers are written as CSV (not timed), imported, and imported once more unchanged. CPU is that of the import,
of the processes that read for it, and of PostgreSQL's backend: where other work shares the machine the wall clock tells
of that work too. With a folder as second argument the tables there are taken, or made there and kept.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import schema  # noqa: F401  (makes every table known)
from bot.billing import load_tariffs
from bot.clock import LOCAL, FixedClock
from bot.importing import Importing
from bot.storage.base import Base
from bot.storage.engine import Database
from tests import postgres
from tests.importing.generated import generate, write

MONTHS, GOAL, CORES = 24, 100_000, 2
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL)
TICKS = 100  # of /proc, a second


class Watched(Database):
    """A database that knows how long its longest write transaction was."""

    longest = 0.0

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            began = time.perf_counter()
            yield session
        self.longest = max(self.longest, time.perf_counter() - began)

    def server_cpu(self) -> float:
        """Seconds that PostgreSQL's backend of this process has worked."""
        if self.is_sqlite:
            return 0.0
        with self.read() as session:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=int, nargs="?", default=5000)
    parser.add_argument("tables", type=Path, nargs="?")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
        tables = asked.tables or folder / "tables"
        lines = _made(tables, asked.accounts)
        print(f"{asked.accounts:,} accounts, {MONTHS} months: {lines:,} lines in CSV", flush=True)
        urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
        if postgres.programs():
            urls["PostgreSQL"] = stack.enter_context(postgres.cluster())
        for name, url in urls.items():
            if asked.only in (None, name):
                database = Watched(url)
                Base.metadata.create_all(database.engine)
                importing = Importing(database, FixedClock(NOW), load_tariffs(), folder)
                for what in ("first", "again"):
                    told = _measured(database, importing, tables, asked.accounts)
                    print(f"{name + ', ' + what:18} {told}", flush=True)
                database.close()


def _made(tables: Path, count: int) -> int:
    """How many lines the tables have."""
    tables.mkdir(exist_ok=True)
    if not list(tables.glob("*.csv")):
        supply = generate(count, datetime(2026, 10, 31).date(), MONTHS)
        write(supply, tables, load_tariffs(), lambda customer: MONTHS, NOW.date())
    return sum(sum(1 for _ in path.open("rb")) - 1 for path in tables.glob("*.csv"))


def _measured(database: Watched, importing: Importing, tables: Path, count: int) -> str:
    began, cpu, database.longest = time.perf_counter(), _cpu(database), 0.0
    outcomes = importing.run([tables], lambda title, lines: None)
    wall, cpu = time.perf_counter() - began, _cpu(database) - cpu
    assert not any(outcome.counts.refused for outcome in outcomes)
    said = f"wall {wall:.1f} s, CPU {cpu:.1f} s; a thousand accounts: wall {wall / count * 1000:.2f} s, "
    said += f"CPU {cpu / count * 1000:.2f} s; longest transaction {database.longest:.1f} s"
    if count < GOAL:
        said += f"; {GOAL:,} accounts, extrapolated: CPU {cpu / count * GOAL / 60:.1f} min on {CORES} cores"
    return said


def _cpu(database: Watched) -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime + database.server_cpu()


if __name__ == "__main__":
    main()
