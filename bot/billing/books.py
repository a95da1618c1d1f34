"""Writing readings, bills, payments, invoices and settlements, for imports and the demo alike.

Each `enter_…` is idempotent by its natural key and answers whether anything changed. What was issued is never
rewritten: a second bill or payment of the same number that says something else is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from bot.billing.lines import Line
from bot.billing.tables import PAID, PENDING, POSTED, REVERSED, Bill, BillLine, ExportSettlement, Invoice, Payment
from bot.customers.metering import ESTIMATED, MeterReading
from bot.errors import Conflict, InvalidInput
from bot.storage.base import Base

NEXT_STATES = {PENDING: (POSTED, REVERSED), POSTED: (REVERSED,), REVERSED: ()}


def enter_reading(session: Session, reading: MeterReading) -> bool:
    """By meter, kind and day. An estimated reading gives way to a real one (补抄); a real one stays."""
    key = (reading.meter_no, reading.kind, reading.read_on)
    known = session.get(MeterReading, key)
    if known is None:
        session.add(reading)
        return True
    if _same(known, reading):
        return False
    if known.method != ESTIMATED:
        raise Conflict("这天的示数已经有了,而且不一样", code="reading_differs")
    _copy(reading, known)
    return True


def enter_bill(session: Session, bill: Bill) -> bool:
    """By its number. Refused unless its lines have a dated source and add up to its amount to the cent."""
    check_bill(bill)
    return _enter(session, bill, bill.bill_no, "账单", lambda known: _same_bill(known, bill))


def check_bill(bill: Bill) -> None:
    if bill.amount != sum(line.amount for line in bill.lines):
        raise InvalidInput("账单各项加起来不等于总额", code="bill_does_not_add_up")
    if unsourced := [line.label for line in bill.lines if not (line.source or "").strip() or line.source_date is None]:
        raise InvalidInput(f"账单项目没有注明依据和日期:{'、'.join(unsourced)}", code="no_source")
    if bill.period_end < bill.period_start:
        raise InvalidInput("账单的用电期倒着", code="period_reversed")


def enter_payment(session: Session, payment: Payment) -> bool:
    """By its number. Only its state goes on: pending → posted → reversed."""
    known = session.get(Payment, payment.payment_no)
    if known is None:
        session.add(payment)
        return True
    if (known.account_no, known.amount, known.channel) != (payment.account_no, payment.amount, payment.channel):
        raise Conflict("同一个缴费号,内容不一样", code="payment_differs")
    if payment.state == known.state:
        return False
    if payment.state not in NEXT_STATES[known.state]:
        raise Conflict("缴费的状态不能倒着走", code="payment_state")
    known.state, known.posted_at = payment.state, payment.posted_at or known.posted_at
    known.reversed_at, known.reason = payment.reversed_at, payment.reason
    return True


def enter_invoice(session: Session, invoice: Invoice) -> bool:
    return _enter(session, invoice, invoice.invoice_no, "发票", lambda known: _same(known, invoice))


def enter_settlement(session: Session, settlement: ExportSettlement) -> bool:
    """By its number. A pending one may become paid, nothing else."""
    if not settlement.source.strip():
        raise InvalidInput("上网电费没有注明依据", code="no_source")
    known = session.get(ExportSettlement, settlement.settlement_no)
    if known is None or _same(known, settlement):
        return _enter(session, settlement, settlement.settlement_no, "上网电费", lambda _: True)
    if known.state == PENDING and settlement.state == PAID and known.amount == settlement.amount:
        known.state, known.paid_on = PAID, settlement.paid_on
        return True
    raise Conflict("这期上网电费已经有了,而且不一样", code="settlement_differs")


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


def _enter(session: Session, row: Base, key: str, what: str, same: Callable[[Any], bool]) -> bool:
    known = session.get(type(row), key)
    if known is None:
        session.add(row)
        return True
    if not same(known):
        raise Conflict(f"{what}号已经有了,内容不一样", code="differs")
    return False


def _same_bill(known: Bill, bill: Bill) -> bool:
    return _same(known, bill) and _line_values(known.lines) == _line_values(bill.lines)


def _line_values(lines: Sequence[BillLine]) -> list[tuple[Any, ...]]:
    return [(line.kind, line.label, line.quantity, line.unit_price, line.amount, line.source_date) for line in lines]


def _same(known: Base, row: Base) -> bool:
    """Whether every column the new row fills says the same."""
    return all(getattr(known, name) == value for name, value in _filled(row))


def _copy(row: Base, known: Base) -> None:
    for name, value in _filled(row):
        setattr(known, name, value)


def _filled(row: Base) -> list[tuple[str, Any]]:
    names = [column.key for column in inspect(type(row)).column_attrs]
    return [(name, getattr(row, name)) for name in names if getattr(row, name) is not None]
