"""`make bench-import`: how long it takes to import so many accounts with 24 months of readings, bills and payments.

Made-up customers are written as CSV (not timed), imported, and imported once more unchanged. What 100,000 accounts
would take is the same time per account: said as an extrapolation, not a measurement.
"""

import argparse
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from bot import schema  # noqa: F401  (makes every table known)
from bot.billing import load_tariffs
from bot.clock import LOCAL, FixedClock
from bot.importing import Importing
from bot.storage.base import Base
from bot.storage.engine import Database
from tests import postgres
from tests.importing.generated import generate, write

MONTHS, GOAL = 24, 100_000
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", type=int, nargs="?", default=5000)
    count = parser.parse_args().accounts
    tariffs = load_tariffs()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
        tables = folder / "tables"
        tables.mkdir()
        write(
            generate(count, datetime(2026, 10, 31).date(), MONTHS), tables, tariffs, lambda customer: MONTHS, NOW.date()
        )
        lines = sum(sum(1 for _ in path.open("rb")) - 1 for path in tables.glob("*.csv"))
        print(f"{count:,} accounts, {MONTHS} months: {lines:,} lines in CSV")
        urls = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
        if postgres.programs():
            urls["PostgreSQL"] = stack.enter_context(postgres.cluster())
        for name, url in urls.items():
            database = Database(url)
            Base.metadata.create_all(database.engine)
            importing = Importing(database, FixedClock(NOW), tariffs, folder)
            for what in ("first", "again"):
                print(_measured(importing, tables, f"{name}, {what}", count, lines))
            database.close()


def _measured(importing: Importing, tables: Path, name: str, count: int, lines: int) -> str:
    began, cpu = time.perf_counter(), time.process_time()
    last = began
    longest = 0.0

    def progress(_title: str, _lines: int) -> None:
        nonlocal last, longest
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    outcomes = importing.run([tables], progress)
    took = time.perf_counter() - began
    assert not any(outcome.counts.refused for outcome in outcomes)
    cpu, far = time.process_time() - cpu, took * GOAL / count / 60
    return (
        f"{name:20} {took:7.1f} s (our CPU {cpu:.1f} s), {lines / took:9,.0f} lines a second, "
        f"longest step {longest:.1f} s; "
        f"extrapolated to {GOAL:,} accounts: {far:.1f} min"
    )


if __name__ == "__main__":
    main()
