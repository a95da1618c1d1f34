"""A folder of tables to import, and an importer on each database."""

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.billing import load_tariffs
from bot.clock import FixedClock
from bot.importing import Importing, Outcome
from bot.importing.run import Progress
from bot.settings import ROOT
from bot.storage.engine import Database

EXAMPLES = ROOT / "docs" / "examples" / "import"
Import = Callable[..., dict[str, Outcome]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example files, to be changed."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "tables"))


@pytest.fixture
def import_(any_db: Database, clock: FixedClock, tmp_path: Path) -> Import:
    return importer(any_db, clock, tmp_path)


def importer(db: Database, clock: FixedClock, tmp_path: Path, progress: Progress = lambda title, lines: None) -> Import:
    def run(*paths: Path, dry_run: bool = False) -> dict[str, Outcome]:
        importing = Importing(db, clock, load_tariffs(), tmp_path)
        outcomes = importing.run(paths, progress, dry_run=dry_run)
        return {outcome.file: outcome for outcome in outcomes}

    return run


def write_csv(path: Path, header: Sequence[str], *rows: Sequence[str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def report(outcome: Outcome) -> list[tuple[int, str, str, str]]:
    """Refused lines: line, column, kind of value, reason."""
    assert outcome.report is not None
    with outcome.report.open(encoding="utf-8-sig", newline="") as file:
        return [(int(row[1]), row[2], row[3], row[4]) for row in list(csv.reader(file))[1:]]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
