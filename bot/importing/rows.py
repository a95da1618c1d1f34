"""Reading the lines of one table: its header matched with the columns, then every cell through its converter."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import InvalidInput
from bot.importing.checks import CHECKS
from bot.importing.known import Known
from bot.importing.sheets import Cells
from bot.importing.spec import TableSpec
from bot.importing.values import Convert, Refused, converter

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Layout:
    """Which columns a line's values are, in their order; `given` are those the file has."""

    spec: TableSpec
    columns: tuple[str, ...]
    given: frozenset[str]

    def at(self, name: str) -> int:
        return self.columns.index(name)


class RowReader:
    """Turns the cells of a line into values in the order of the layout, or refuses them."""

    def __init__(self, spec: TableSpec, header: Cells, today: date, known: Known, shown: str) -> None:
        places = _places(spec, header, shown)
        names = (*places, *(name for name in spec.columns if name not in places))
        self.layout = Layout(spec, names, frozenset(places))
        self._width = len(header)
        self._cells: list[tuple[int, Convert]] = []
        for name, place in places.items():
            self._cells.append((place, converter(spec.columns[name], today, known)))
        absent = names[len(places) :]
        self._absent = tuple(converter(spec.columns[name], today, known, absent=True)("") for name in absent)
        self._key = [names.index(name) for name in spec.key]
        self._check = CHECKS[spec.kind](names) if spec.kind in CHECKS else None
        self._seen: set[int] = set()
        self._referred = known.growing(spec.kind)

    def read(self, cells: Cells) -> Values:
        if len(cells) != self._width:
            cells = self._fitted(cells)
        try:
            values = [convert(cells[place].strip()) for place, convert in self._cells]
        except Refused:
            raise self._named(cells) from None
        row = (*values, *self._absent)
        if self._check is not None:
            self._check(row)
        self._once(row)
        return row

    def skip(self, cells: Cells) -> None:
        """A line that an earlier run has settled: only its key is remembered."""
        with suppress(Refused):
            self.read(cells)

    def cell(self, cells: Cells, name: str) -> str:
        """The raw text of a column; empty where the line has none."""
        place = self._cells[self.layout.at(name)][0] if name in self.layout.given else self._width
        return cells[place].strip() if place < len(cells) else ""

    def _named(self, cells: Cells) -> Refused:
        """The first refusal of a line again, with its column."""
        for (place, convert), name in zip(self._cells, self.layout.columns, strict=False):
            try:
                convert(cells[place].strip())
            except Refused as refused:
                return Refused(refused.reason, name, cells[place].strip())
        raise AssertionError("a line is refused for one of its cells")

    def _once(self, row: Values) -> None:
        """A key is taken once in a run. Only its hash is kept: a file may hold millions."""
        key = hash(tuple([row[place] for place in self._key]))
        if key in self._seen:
            raise Refused("duplicate", self.layout.spec.key[0], str(row[self._key[0]]))
        self._seen.add(key)
        if self._referred is not None:
            self._referred.add(row[self._key[0]])

    def _fitted(self, cells: Cells) -> Cells:
        """Spreadsheets add empty cells at the end of a line; any other number of columns is refused."""
        if len(cells) < self._width or any(cells[self._width :]):
            raise Refused("columns")
        return cells[: self._width]


def _places(spec: TableSpec, header: Cells, shown: str) -> dict[str, int]:
    """Column name → place in a line. A column nobody knows is an error: it may be a misspelled one."""
    titles = {t.lower(): name for name, column in spec.columns.items() for t in (name, *column.titles)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, title in enumerate(header):
        name = titles.get(title.strip().lower())
        if name is None and title.strip():
            unknown.append(title.strip())
        elif name in places:
            raise InvalidInput(f"{shown} 的表头里“{title.strip()}”出现了两次")
        elif name is not None:
            places[name] = place
    missing = [column.titles[0] for name, column in spec.columns.items() if column.required and name not in places]
    if missing or unknown:
        raise InvalidInput(f"{shown} 的表头不对:{_said('缺少', missing)}{_said('不认得', unknown)}(见 docs/import.md)")
    return places


def _said(what: str, names: Sequence[str]) -> str:
    return f"{what} {'、'.join(names)};" if names else ""
