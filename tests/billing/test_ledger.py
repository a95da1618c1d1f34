"""Posted money pays the oldest bill first, and nothing is lost on the way."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.ledger import settle
from bot.billing.tables import Bill

AMOUNT = st.decimals(min_value=0, max_value=500, places=2)


def bill(month: int, amount: Decimal) -> Bill:
    return Bill(bill_no=str(month), month=date(2026, month, 1), amount=amount, due_on=date(2026, month, 20))


def test_the_oldest_bill_is_paid_first() -> None:
    ledger = settle([bill(3, Decimal(30)), bill(2, Decimal(20))], Decimal(25))
    assert [(owed.bill.month.month, owed.amount) for owed in ledger.owed] == [(3, Decimal(25))]
    assert ledger.credit == 0


def test_days_overdue_count_from_the_due_day() -> None:
    owed = settle([bill(3, Decimal(30))], Decimal(0)).owed[0]
    assert [owed.days_overdue(date(2026, 3, day)) for day in (19, 20, 21)] == [0, 0, 1]


@given(amounts=st.lists(AMOUNT, max_size=12), posted=AMOUNT)
def test_paid_plus_owed_is_billed_and_credit_is_the_rest(amounts: list[Decimal], posted: Decimal) -> None:
    ledger = settle([bill(n, amount) for n, amount in enumerate(amounts, 1)], posted)
    assert posted - ledger.credit + ledger.total_owed == sum(amounts, Decimal(0))
    assert not (ledger.credit and ledger.total_owed)
