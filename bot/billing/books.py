"""What every bill must hold before it goes into the books, whoever brings it, and priced lines as rows.

Tables come in through `bot/importing`, a supplier's service through `bot/sources`.
"""

from collections.abc import Iterable

from bot.billing.lines import Line
from bot.billing.tables import Bill, BillLine
from bot.errors import InvalidInput


def check_bill(bill: Bill) -> None:
    if bill.amount != sum(line.amount for line in bill.lines):
        raise InvalidInput("账单各项加起来不等于总额", code="bill_does_not_add_up")
    if unsourced := [line.label for line in bill.lines if not (line.source or "").strip() or line.source_date is None]:
        raise InvalidInput(f"账单项目没有注明依据和日期:{'、'.join(unsourced)}", code="no_source")
    if bill.period_end < bill.period_start:
        raise InvalidInput("账单的用电期倒着", code="period_reversed")


def bill_lines(lines: Iterable[Line]) -> list[BillLine]:
    """Priced lines as rows, in their order."""
    return [
        BillLine(
            position=number,
            kind=str(line.kind),
            label=line.label,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            amount=line.amount,
            source=line.origin.document,
            source_date=line.origin.since,
            mark=line.origin.mark,
        )
        for number, line in enumerate(lines, 1)
    ]
