"""One import of one table (or of two that belong together): its steps, its counts, and going on after a kill."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.importing.known import Known
from bot.importing.reports import Report
from bot.importing.sheets import Sheet
from bot.importing.tables import ImportProgress
from bot.storage.engine import Database

T = TypeVar("T")
Progress = Callable[[str, int], None]


@dataclass
class Counts:
    """Lines of one sheet: written (new or changed), unchanged, refused."""

    written: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        return self.written + self.unchanged + self.refused


@dataclass
class Run:
    """What the import of these sheets has and knows. `steps` are those that an earlier, killed run has settled."""

    db: Database
    clock: Clock
    known: Known
    today: date
    dry_run: bool
    progress: Progress
    sheets: Sequence[Sheet]
    fingerprint: str = ""
    steps: int = 0
    counts: list[Counts] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def begin(self) -> None:
        self.fingerprint = "+".join(sheet.fingerprint() for sheet in self.sheets)
        with self.db.read() as session:
            row = None if self.dry_run else session.get(ImportProgress, self.fingerprint)
        self.steps = row.steps if row else 0
        kept = [row.counts[str(number)] if row else {} for number in range(len(self.sheets))]
        self.counts = [Counts(**each) for each in kept]
        sizes = row.reports if row else {}
        self.reports = [
            Report(sheet, sizes.get(str(number), 0), self.dry_run) for number, sheet in enumerate(self.sheets)
        ]

    @contextmanager
    def step(self, upto: int) -> Iterator[Session]:
        """One transaction: what is written in it, how far the run has come, and its lines of the reports."""
        with self.db.write() as session:
            yield session
            for report in self.reports:
                report.write()
            session.merge(
                ImportProgress(
                    fingerprint=self.fingerprint,
                    steps=upto,
                    counts={str(number): vars(each) for number, each in enumerate(self.counts)},
                    reports={str(number): report.size for number, report in enumerate(self.reports)},
                    at=self.clock.now(),
                )
            )

    def end(self) -> None:
        """All is settled: the same files may be imported again from the beginning."""
        for report in self.reports:
            report.write()
        if self.dry_run:
            return
        with self.db.write() as session:
            row = session.get(ImportProgress, self.fingerprint)
            if row is not None:
                session.delete(row)


Changed = tuple[int, int]


def write_or_refuse(
    session: Session, units: Sequence[T], write: Callable[[Session, Sequence[T]], Changed], refuse: Callable[[T], None]
) -> Changed:
    """Writes all units; where the database refuses some, those are found by halving and refused by themselves."""
    try:
        with session.begin_nested():
            return write(session, units)
    except IntegrityError:
        if len(units) == 1:
            refuse(units[0])
            return 0, 0
    half = len(units) // 2
    first, second = (write_or_refuse(session, part, write, refuse) for part in (units[:half], units[half:]))
    return first[0] + second[0], first[1] + second[1]
