"""The front door of importing: finds the tables, imports them in the order in which they refer to one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.billing.tariffs import Tariffs
from bot.clock import Clock, local_day
from bot.importing.bills import BILLS, BillImport
from bot.importing.known import Known
from bot.importing.plain import import_plain
from bot.importing.run import Counts, Progress, Run
from bot.importing.sheets import Sheet, find_sheets
from bot.storage.engine import Database

TOGETHER = (BILLS, "bill_lines")


@dataclass(frozen=True)
class Outcome:
    """What became of one table. `report` lists its refused lines, None where there are none."""

    file: str
    title: str
    counts: Counts
    report: Path | None


class Importing:
    def __init__(self, db: Database, clock: Clock, tariffs: Tariffs, var_dir: Path) -> None:
        self._db = db
        self._clock = clock
        self._tariffs = tariffs
        self._var_dir = var_dir

    def run(self, paths: Sequence[Path], progress: Progress, *, dry_run: bool = False) -> list[Outcome]:
        """Imports these files and folders. A dry run checks every line and changes nothing.

        What an earlier run of the same files did before it was killed is not done again.
        """
        known = Known(self._db, self._tariffs)
        outcomes: list[Outcome] = []
        for sheets in _groups(find_sheets(paths)):
            today = local_day(self._clock.now())
            run = Run(self._db, self._clock, known, today, dry_run, progress, sheets)
            run.begin()
            if sheets[0].spec.kind in TOGETHER:
                BillImport(run, self._tariffs, self._var_dir).all()
            else:
                import_plain(run)
            run.end()
            outcomes += [
                Outcome(
                    report.sheet.path.name, report.sheet.spec.title, counts, report.path if counts.refused else None
                )
                for report, counts in zip(run.reports, run.counts, strict=True)
            ]
        return outcomes


def _groups(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Each table by itself in its order, bills and their lines together."""
    grouped = groupby(sheets, key=lambda sheet: TOGETHER if sheet.spec.kind in TOGETHER else sheet)
    return [list(group) for _, group in grouped]
