"""Importing a table whose lines stand by themselves: a child reads and checks batch after batch, this one writes."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from bot.errors import InvalidInput
from bot.importing.ahead import ahead
from bot.importing.rows import RowReader, Values
from bot.importing.run import Changed, Run, write_or_refuse
from bot.importing.sheets import Cells, Sheet
from bot.importing.values import Refused
from bot.importing.writing import Bulk

BATCH = 20_000
MONTH = "month"  # stands in no file: it is that of the period's end
Numbered = tuple[int, Cells]
Line = tuple[int, Values]
Refusal = tuple[str, str, str]


def open_sheet(run: Run, sheet: Sheet) -> tuple[RowReader, Iterator[Numbered]]:
    """The reader for a sheet's header, and the lines after it."""
    lines = iter(sheet.rows())
    first = next(lines, None)
    if first is None:
        raise InvalidInput(f"{sheet.path.name} 是空的")
    return RowReader(sheet.spec, first[1], run.today, run.known, sheet.path.name), lines


def import_plain(run: Run) -> None:
    (sheet,) = run.sheets
    reader, lines = open_sheet(run, sheet)
    layout = reader.layout
    derived = (MONTH,) if MONTH in sheet.spec.table.c else ()
    bulk = Bulk(sheet.spec.table, (*layout.columns, *derived), sheet.spec.key, [*sorted(layout.given), *derived])
    done = 0
    for taken, refused in ahead(lambda: _batches(reader, lines, run.steps)):
        done += len(taken) + len(refused)
        reader.remember([values for _, values in taken])
        if done <= run.steps:
            continue
        for number, refusal in refused:
            _refuse(run, number, Refused(*refusal))
        if run.dry_run:
            run.counts[0].written += len(taken)
        else:
            with run.step(done) as session:
                _write(run, session, bulk, [(no, (*row, layout.month(row))) for no, row in taken] if derived else taken)
        run.progress(sheet.spec.title, done)


def _batches(reader: RowReader, lines: Iterator[Numbered], settled: int) -> Iterator[object]:
    """What is taken and what is refused. One batch ends where an earlier run has come to; those before it are known."""
    done = 0
    while batch := list(islice(lines, min(BATCH, settled - done) if done < settled else BATCH)):
        done += len(batch)
        yield _read(reader, batch)


def _read(reader: RowReader, batch: Sequence[Numbered]) -> tuple[list[Line], list[tuple[int, Refusal]]]:
    taken: list[Line] = []
    refused: list[tuple[int, Refusal]] = []
    for number, cells in batch:
        try:
            taken.append((number, reader.read(cells)))
        except Refused as why:
            refused.append((number, why.told))
    return taken, refused


def _write(run: Run, session: Session, bulk: Bulk, taken: list[Line]) -> None:
    counts = run.counts[0]
    refused_before = counts.refused

    def write(inner: Session, lines: Sequence[Line]) -> Changed:
        return bulk.write(inner, [values for _, values in lines]), 0

    changed, _ = write_or_refuse(session, taken, write, lambda line: _refuse(run, line[0], Refused("conflict")))
    counts.written += changed
    counts.unchanged += len(taken) - changed - (counts.refused - refused_before)


def _refuse(run: Run, number: int, refused: Refused) -> None:
    run.reports[0].add(number, refused)
    run.counts[0].refused += 1
