"""Importing bills together with their lines: a bill counts only if its lines have dated sources and add up to it.

Bills and lines come in files of millions, in any order. Both are first dealt out by bill number into parts on disk,
so that each part holds whole bills and fits into memory; then part after part is joined, checked and written.
"""

import marshal
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from bot.billing.tariffs import Tariffs
from bot.importing.bill_store import BillStore
from bot.importing.plain import open_sheet
from bot.importing.rows import Layout, Values
from bot.importing.run import Changed, Run, write_or_refuse
from bot.importing.values import Refused

PART_BYTES = 6 << 20
HELD = 500
SIZE = 4  # bytes that tell how long what follows is
BILLS = "bills"
Numbered = tuple[int, int, Values]  # which sheet, which line, its values


@dataclass
class Joined:
    """A bill of a part: its own line, if it is in this run, and the lines of it that are."""

    bill: Numbered | None = None
    lines: list[Numbered] = field(default_factory=list)
    spoiled: bool = False

    @property
    def all(self) -> list[Numbered]:
        return ([self.bill] if self.bill else []) + self.lines


class Parts:
    """Lines dealt out by bill number into files of one folder."""

    def __init__(self, folder: Path, count: int) -> None:
        self._files: list[IO[bytes]] = [(folder / str(number)).open("w+b") for number in range(count)]
        self._held: list[list[Any]] = [[] for _ in range(count)]

    def put(self, bill_no: str, item: Numbered | None) -> None:
        """`None`: a line of this bill was refused."""
        number = zlib.crc32(bill_no.encode()) % len(self._files)
        held = self._held[number]
        held.append((bill_no, item))
        if len(held) >= HELD:
            self._flush(number)

    def read(self, number: int) -> Iterator[tuple[str, Numbered | None]]:
        self._flush(number)
        file = self._files[number]
        file.seek(0)
        while size := file.read(SIZE):
            yield from marshal.loads(file.read(int.from_bytes(size)))
        file.close()

    def _flush(self, number: int) -> None:
        if self._held[number]:
            data = marshal.dumps(self._held[number])
            self._files[number].write(len(data).to_bytes(SIZE) + data)
            self._held[number].clear()


class BillImport:
    def __init__(self, run: Run, tariffs: Tariffs, var_dir: Path) -> None:
        self._run = run
        self._var_dir = var_dir
        self._layouts: list[Layout] = []
        self._tariffs = tariffs

    def all(self) -> None:
        run = self._run
        count = 1 + sum(sheet.path.stat().st_size for sheet in run.sheets) // PART_BYTES
        self._var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="import-", dir=self._var_dir) as folder:
            parts = Parts(Path(folder), count)
            self._deal(parts)
            store = BillStore(self._tariffs, self._layouts)
            for number in range(count):
                joined = _join(parts.read(number), self._layouts)
                if number < run.steps:
                    continue
                self._settle(store, joined, number + 1)
                run.progress(run.sheets[0].spec.title, self._lines_done())

    def _deal(self, parts: Parts) -> None:
        """Reads every line. What an earlier run has told of in the reports is not told again."""
        told = self._run.steps > 0
        for place, sheet in enumerate(self._run.sheets):
            reader, lines = open_sheet(self._run, sheet)
            self._layouts.append(reader.layout)
            at = reader.layout.at("bill_no")
            for number, cells in lines:
                try:
                    values = reader.read(cells)
                except Refused as refused:
                    if not told:
                        self._refuse(place, number, _sourceless(refused))
                    parts.put(reader.cell(cells, "bill_no"), None)
                else:
                    parts.put(values[at], (place, number, values))

    def _settle(self, store: BillStore, joined: dict[str, Joined], upto: int) -> None:
        run = self._run
        if run.dry_run:
            with run.db.read() as session:
                taken = self._checked(session, store, joined)
            self._count(taken, 0, 0)
            return
        with run.step(upto) as session:
            taken = self._checked(session, store, joined)
            refused: list[Joined] = []

            def write(inner: Session, units: Sequence[tuple[str, Joined]]) -> Changed:
                return store.write(inner, [(no, unit.bill, unit.lines) for no, unit in units])

            changed = write_or_refuse(session, list(taken.items()), write, lambda unit: refused.append(unit[1]))
            for unit in refused:
                self._refuse_all(unit, Refused("conflict"))
            kept = {no: unit for no, unit in taken.items() if unit not in refused}
            self._count(kept, *changed)

    def _checked(self, session: Session, store: BillStore, joined: dict[str, Joined]) -> dict[str, Joined]:
        """The bills that stand; the others are refused with every line of theirs."""
        store.complete(session, {no: (unit.bill, unit.lines) for no, unit in joined.items()})
        taken: dict[str, Joined] = {}
        for no, unit in joined.items():
            try:
                if unit.spoiled:
                    raise Refused("line_refused")
                store.check(no, unit.bill, unit.lines)
            except Refused as refused:
                self._refuse_all(unit, refused)
            else:
                taken[no] = unit
        return taken

    def _refuse_all(self, unit: Joined, refused: Refused) -> None:
        for place, number, _ in unit.all:
            self._refuse(place, number, refused)

    def _refuse(self, place: int, number: int, refused: Refused) -> None:
        self._run.reports[place].add(number, refused)
        self._run.counts[place].refused += 1

    def _count(self, taken: dict[str, Joined], bills_changed: int, lines_changed: int) -> None:
        """Counts are kept a sheet; where there are several of a kind, changes go to the first ones first."""
        changed = {True: bills_changed, False: lines_changed}
        for place, sheet in enumerate(self._run.sheets):
            lines = sum(1 for unit in taken.values() for item in unit.all if item[0] == place)
            is_bill = sheet.spec.kind == BILLS
            written = lines if self._run.dry_run else min(changed[is_bill], lines)
            changed[is_bill] -= written
            self._run.counts[place].written += written
            self._run.counts[place].unchanged += lines - written

    def _lines_done(self) -> int:
        return sum(each.read for each in self._run.counts)


def _join(items: Iterator[tuple[str, Numbered | None]], layouts: Sequence[Layout]) -> dict[str, Joined]:
    joined: dict[str, Joined] = {}
    for no, item in items:
        unit = joined.setdefault(no, Joined())
        if item is None:
            unit.spoiled = True
        elif layouts[item[0]].spec.kind == BILLS:
            unit.bill = item
        else:
            unit.lines.append(item)
    return joined


def _sourceless(refused: Refused) -> Refused:
    """An amount without its document and day has a reason of its own."""
    if refused.column in ("source", "source_date") and refused.reason == "empty":
        return Refused("no_source", refused.column, refused.value)
    return refused
