"""Bills with their lines against what the database has of them: completed, checked, written."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.billing.tables import Bill, BillLine
from bot.billing.tariffs import Tariffs
from bot.importing.parts import Numbered
from bot.importing.rows import Layout, Values
from bot.importing.values import Refused
from bot.importing.writing import Bulk

CHUNK = 500
VERIFIED = "V"
DERIVED = ("month", "unverified")
# The number of a bill, its own line if it is in this run, the lines of it that are, whether one of it was refused.
Unit = tuple[str, Numbered | None, list[Numbered], bool]


class BillStore:
    """`complete` reads from the database what is not in this run: a correction may bring the bill or a line alone."""

    def __init__(self, tariffs: Tariffs, layouts: Sequence[Layout]) -> None:
        self._tariffs = tariffs
        self._layouts = layouts
        self._bulks: dict[int, Bulk] = {}
        self._amounts: dict[str, int] = {}
        self._lines: dict[str, dict[int, tuple[int, str]]] = {}

    def complete(self, session: Session, units: Sequence[Unit]) -> None:
        self._amounts, self._lines = {}, {}
        for chunk in _chunks([unit[0] for unit in units]):
            for no, amount in session.execute(select(Bill.bill_no, Bill.amount).where(Bill.bill_no.in_(chunk))):
                self._amounts[no] = _cents(amount)
        partial = [no for no, bill, lines, _ in units if no in self._amounts and not (bill and lines)]
        query = select(BillLine.bill_no, BillLine.position, BillLine.amount, BillLine.mark)
        for chunk in _chunks(partial):
            for no, position, amount, mark in session.execute(query.where(BillLine.bill_no.in_(chunk))):
                self._lines.setdefault(no, {})[position] = (_cents(amount), mark)

    def check(self, unit: Unit) -> None:
        """Refused unless every line can be read, every amount has its bill, and the lines add up to it to the cent."""
        no, bill, _, spoiled = unit
        if spoiled:
            raise Refused("line_refused")
        if bill is None and no not in self._amounts:
            raise Refused("no_bill", "bill_no", no)
        amount = self._amounts[no] if bill is None else self._value(bill, "amount")
        if sum(cents for cents, _ in self._all_lines(unit)) != amount:
            raise Refused("bill_does_not_add_up", "amount", str(amount))

    def write(self, session: Session, units: Sequence[Unit]) -> tuple[int, int]:
        """How many bills and how many lines were added or changed."""
        bills: dict[int, list[Values]] = {}
        lines: dict[int, list[Values]] = {}
        for unit in units:
            if unit[1] is not None:
                place, _, values = unit[1]
                bills.setdefault(place, []).append(self._bill_row(values, self._layouts[place], unit))
            for place, _, values in unit[2]:
                lines.setdefault(place, []).append(values)
        changed = sum(self._bulk(place).write(session, rows) for place, rows in bills.items())
        self._drop_old_lines(session, units)
        return changed, sum(self._bulk(place).write(session, rows) for place, rows in lines.items())

    def _all_lines(self, unit: Unit) -> list[tuple[int, str]]:
        """Amounts and marks. A bill that comes with lines comes with all of them; else they are added."""
        no, bill, lines, _ = unit
        if bill is not None and lines:
            return [(self._value(line, "amount"), self._value(line, "mark")) for line in lines]
        whole = dict(self._lines.get(no, {}))
        for line in lines:
            whole[self._value(line, "position")] = (self._value(line, "amount"), self._value(line, "mark"))
        return list(whole.values())

    def _value(self, item: Numbered, name: str) -> Any:
        return item[2][self._layouts[item[0]].at(name)]

    def _bill_row(self, values: Values, layout: Layout, unit: Unit) -> Values:
        row = list(values)
        name = layout.at("tariff_name")
        row[name] = row[name] or self._tariffs.get(row[layout.at("tariff_code")]).name
        return (*row, layout.month(row), int(any(mark != VERIFIED for _, mark in self._all_lines(unit))))

    def _drop_old_lines(self, session: Session, units: Sequence[Unit]) -> None:
        """Of bills that were there already and come again whole, lines that they have no more."""
        whole = {
            no: {self._value(line, "position") for line in lines}
            for no, bill, lines, _ in units
            if bill is not None and lines and no in self._amounts
        }
        for chunk in _chunks(list(whole)):
            there = session.execute(select(BillLine.bill_no, BillLine.position).where(BillLine.bill_no.in_(chunk)))
            for no, position in there.all():
                if position not in whole[no]:
                    session.execute(delete(BillLine).where(BillLine.bill_no == no, BillLine.position == position))

    def _bulk(self, place: int) -> Bulk:
        if place not in self._bulks:
            layout = self._layouts[place]
            is_bill = layout.spec.table is Bill.__table__
            derived = DERIVED if is_bill else ()
            changing = [*sorted(layout.given), *derived, *(("tariff_name",) if is_bill else ())]
            columns = (*layout.columns, *derived)
            self._bulks[place] = Bulk(layout.spec.table, columns, layout.spec.key, list(dict.fromkeys(changing)))
        return self._bulks[place]


def _chunks(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


def _cents(amount: Any) -> int:
    return int(amount.scaleb(2))
