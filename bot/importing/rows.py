"""Reading the lines of one table: its header matched with the columns, then every cell through its converter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from bot.errors import InvalidInput
from bot.importing.checks import CHECKS
from bot.importing.known import Known
from bot.importing.sheets import Cells
from bot.importing.spec import TableSpec
from bot.importing.values import Refused, converter, reading

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Layout:
    """Which columns a line's values are, in their order; `given` are those the file has."""

    spec: TableSpec
    columns: tuple[str, ...]
    given: frozenset[str]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    def at(self, name: str) -> int:
        return self._places[name]

    def month(self, values: Sequence[Any]) -> str:
        """The month that names a period: the one it ends in."""
        return f"{values[self.at('period_end')][:7]}-01"


class RowReader:
    """Turns the cells of a line into values in the order of the layout, or refuses them."""

    def __init__(self, spec: TableSpec, header: Cells, today: date, known: Known, shown: str) -> None:
        places = _places(spec, header, shown)
        names = (*places, *(name for name in spec.columns if name not in places))
        self.layout = Layout(spec, names, frozenset(places))
        self._width = len(header)
        self._places = tuple(places.values())
        self._converts = [reading(spec, name, today, known) for name in places]
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
            values = [convert(cells[place]) for convert, place in zip(self._converts, self._places, strict=False)]
        except Refused:
            raise self._named(cells) from None
        row = (*values, *self._absent)
        if self._check is not None:
            self._check(row)
        self._once(row)
        return row

    def remember(self, rows: Sequence[Values]) -> None:
        """Rows that were read by another process: later lines may refer to them."""
        if self._referred is not None:
            self._referred.update(row[self._key[0]] for row in rows)

    def place(self, name: str) -> int:
        """Where in a line the cell of a required column stands."""
        return self._places[self.layout.at(name)]

    def cell(self, cells: Cells, name: str) -> str:
        """The raw text of a required column; empty where the line is too short for it."""
        place = self.place(name)
        return cells[place].strip() if place < len(cells) else ""

    def _named(self, cells: Cells) -> Refused:
        """The first refusal of a line again, with its column."""
        for place, convert, name in zip(self._places, self._converts, self.layout.columns, strict=False):
            try:
                convert(cells[place])
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
