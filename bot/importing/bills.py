"""Importing bills together with their lines: a bill counts only if its lines have dated sources and add up to it.

Bills and lines come in files of millions, in any order. Two processes read and check them and deal them out into parts
of whole bills; then one joins part after part while this one checks them against the database and writes.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.billing.tariffs import Tariffs
from bot.importing.ahead import ahead
from bot.importing.bill_store import BillStore, Unit
from bot.importing.parts import Dealer, Numbered, Ranges, ranges, read_part
from bot.importing.plain import Refusal, open_sheet
from bot.importing.rows import Layout, RowReader
from bot.importing.run import Changed, Run, write_or_refuse
from bot.importing.sheets import Cells
from bot.importing.values import Refused

BILLS = "bills"


class Opened(NamedTuple):
    """A sheet whose header is read: its place among the sheets, its reader, the lines after the header."""

    place: int
    reader: RowReader
    lines: Iterator[tuple[int, Cells]]


class BillImport:
    def __init__(self, run: Run, tariffs: Tariffs, var_dir: Path) -> None:
        self._run = run
        self._var_dir = var_dir
        self._tariffs = tariffs

    def all(self) -> None:
        run = self._run
        opened = [Opened(place, *open_sheet(run, sheet)) for place, sheet in enumerate(run.sheets)]
        layouts = [each.reader.layout for each in opened]
        parts = ranges([(sheet, each.reader.place("bill_no")) for sheet, each in zip(run.sheets, opened, strict=True)])
        store = BillStore(self._tariffs, layouts)
        self._var_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="import-", dir=self._var_dir) as folder:
            self._deal(opened, Path(folder), parts)
            wanted = range(run.steps, parts.count)
            for number, units in zip(wanted, ahead(lambda: _joined(Path(folder), wanted, layouts)), strict=True):
                self._settle(store, units, number + 1)
                run.progress(run.sheets[0].spec.title, sum(each.read for each in run.counts))

    def _deal(self, opened: Sequence[Opened], folder: Path, parts: Ranges) -> None:
        """Reads every line. What an earlier run has told of in the reports is not told again."""
        told = self._run.steps > 0
        kinds: dict[str, list[Opened]] = {}
        for each in opened:
            kinds.setdefault(each.reader.layout.spec.kind, []).append(each)
        dealing = [ahead(partial(_dealt, sheets, Dealer(folder, kind, parts))) for kind, sheets in kinds.items()]
        for refusals in (refusals for each in dealing for refusals in each):
            for place, number, refusal in refusals if not told else ():
                self._refuse(place, number, _sourceless(Refused(*refusal)))

    def _settle(self, store: BillStore, units: Sequence[Unit], upto: int) -> None:
        run = self._run
        if run.dry_run:
            with run.db.read() as session:
                taken = self._checked(session, store, units)
            run.known.would_be(BILLS, [no for no, bill, _, _ in taken if bill])
            self._count(taken, 0, 0)
            return
        with run.step(upto) as session:
            taken = self._checked(session, store, units)
            refused: set[str] = set()

            def refuse(unit: Unit) -> None:
                refused.add(unit[0])
                self._refuse_all(unit, Refused("conflict"))

            changed: Changed = write_or_refuse(session, taken, store.write, refuse)
            self._count([unit for unit in taken if unit[0] not in refused], *changed)

    def _checked(self, session: Session, store: BillStore, units: Sequence[Unit]) -> list[Unit]:
        """The bills that stand; the others are refused with every line of theirs."""
        store.complete(session, units)
        taken: list[Unit] = []
        for unit in units:
            try:
                store.check(unit)
            except Refused as refused:
                self._refuse_all(unit, refused)
            else:
                taken.append(unit)
        return taken

    def _refuse_all(self, unit: Unit, refused: Refused) -> None:
        for place, number, _ in _items(unit):
            self._refuse(place, number, refused)

    def _refuse(self, place: int, number: int, refused: Refused) -> None:
        self._run.reports[place].add(number, refused)
        self._run.counts[place].refused += 1

    def _count(self, taken: Sequence[Unit], bills_changed: int, lines_changed: int) -> None:
        """Counts are kept a sheet; where there are several of a kind, changes go to the first ones first."""
        changed = {True: bills_changed, False: lines_changed}
        of_sheet = Counter(item[0] for unit in taken for item in _items(unit))
        for place, lines in sorted(of_sheet.items()):
            is_bill = self._run.sheets[place].spec.kind == BILLS
            written = lines if self._run.dry_run else min(changed[is_bill], lines)
            changed[is_bill] -= written
            self._run.counts[place].written += written
            self._run.counts[place].unchanged += lines - written


def _dealt(opened: Sequence[Opened], dealer: Dealer) -> Iterator[list[tuple[int, int, Refusal]]]:
    """Deals out these sheets, and yields what of each is refused."""
    for place, reader, lines in opened:
        refused: list[tuple[int, int, Refusal]] = []
        at = reader.layout.at("bill_no")
        for number, cells in lines:
            try:
                values = reader.read(cells)
            except Refused as why:
                refused.append((place, number, why.told))
                dealer.put(reader.cell(cells, "bill_no"), None)
            else:
                dealer.put(values[at], (place, number, values))
        yield refused
    dealer.finish()


def _joined(folder: Path, wanted: Sequence[int], layouts: Sequence[Layout]) -> Iterator[list[Unit]]:
    """Part after part: its bills with their lines, in the order of their numbers."""
    is_bill = [layout.spec.kind == BILLS for layout in layouts]
    for number in wanted:
        bills: dict[str, Numbered] = {}
        lines: dict[str, list[Numbered]] = {}
        spoiled: set[str] = set()
        for no, item in read_part(folder, number):
            if item is None:
                spoiled.add(no)
            elif is_bill[item[0]]:
                bills[no] = item
            else:
                lines.setdefault(no, []).append(item)
        yield [(no, bills.get(no), lines.get(no, []), no in spoiled) for no in sorted(bills.keys() | lines.keys())]


def _items(unit: Unit) -> list[Numbered]:
    return [unit[1], *unit[2]] if unit[1] else unit[2]


def _sourceless(refused: Refused) -> Refused:
    """An amount without its document and day has a reason of its own."""
    if refused.column in ("source", "source_date") and refused.reason == "empty":
        return Refused("no_source", refused.column, refused.value)
    return refused
