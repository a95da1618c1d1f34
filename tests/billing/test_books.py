"""A bill adds up, and every line of it names a document and its day; else it is not one."""

from datetime import date
from decimal import Decimal

import pytest

from bot.billing import load_tariffs
from bot.billing.books import bill_lines, check_bill
from bot.billing.engine import Terms, Use, price_period
from bot.billing.tables import Bill
from bot.errors import InvalidInput


def bill(kwh: str = "100") -> Bill:
    use = Use(date(2026, 10, 1), date(2026, 10, 31), {"flat": Decimal(kwh)})
    priced = price_period(load_tariffs().on("residential_steps", use.end), use, Terms())
    return Bill(
        bill_no="B1",
        account_no="4109990001",
        month=date(2026, 10, 1),
        period_start=use.start,
        period_end=use.end,
        issued_on=date(2026, 11, 2),
        due_on=date(2026, 11, 20),
        kwh=use.kwh,
        amount=priced.total,
        tariff_code="residential_steps",
        tariff_name="居民阶梯电价",
        lines=bill_lines(priced.lines),
    )


def test_a_priced_bill_stands() -> None:
    check_bill(bill())


def test_a_bill_that_does_not_add_up_is_refused() -> None:
    wrong = bill()
    wrong.amount += Decimal("0.01")
    with pytest.raises(InvalidInput) as refused:
        check_bill(wrong)
    assert refused.value.code == "bill_does_not_add_up"


@pytest.mark.parametrize(("field", "value"), [("source", " "), ("source_date", None)])
def test_a_line_without_a_dated_source_is_refused(field: str, value: object) -> None:
    wrong = bill()
    setattr(wrong.lines[0], field, value)
    with pytest.raises(InvalidInput) as refused:
        check_bill(wrong)
    assert refused.value.code == "no_source"


def test_a_period_that_runs_backwards_is_refused() -> None:
    wrong = bill()
    wrong.period_end = date(2026, 9, 30)
    with pytest.raises(InvalidInput) as refused:
        check_bill(wrong)
    assert refused.value.code == "period_reversed"
