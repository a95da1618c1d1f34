"""What late payment costs: the examples of the facts, and what must hold for any debt."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import load_tariffs
from bot.billing.late_fees import late_fee, rate_of

FEES = load_tariffs().late_fees
AMOUNT = st.decimals(min_value=0, max_value=100000, places=2)
DAY = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31))


@pytest.mark.parametrize(
    ("customer_class", "amount", "due", "until", "fee"),
    [
        ("residential", "200", date(2026, 5, 10), date(2026, 5, 20), "2.00"),
        ("commercial", "10000", date(2026, 5, 10), date(2026, 5, 20), "200.00"),
        ("industrial", "10000", date(2026, 12, 26), date(2027, 1, 5), "250.00"),  # 5 days at 2‰, 5 at 3‰
        ("residential", "200", date(2026, 12, 26), date(2027, 1, 5), "2.00"),
        ("residential", "200", date(2026, 5, 10), date(2026, 5, 10), "0.00"),
        ("residential", "200", date(2026, 5, 10), date(2026, 5, 1), "0.00"),
        ("residential", "0.40", date(2026, 5, 10), date(2026, 5, 20), "0.00"),  # no least amount
    ],
)
def test_worked_examples(customer_class: str, amount: str, due: date, until: date, fee: str) -> None:
    assert late_fee(rate_of(FEES, customer_class), Decimal(amount), due, until) == Decimal(fee)


def test_the_rule_of_2024_waits_for_confirmation() -> None:
    assert FEES.source.unverified


@given(amount=AMOUNT, due=DAY, until=DAY, customer_class=st.sampled_from(["residential", "commercial"]))
def test_a_day_more_never_costs_less(amount: Decimal, due: date, until: date, customer_class: str) -> None:
    rate = rate_of(FEES, customer_class)
    later = late_fee(rate, amount, due, date.fromordinal(until.toordinal() + 1))
    assert Decimal(0) <= late_fee(rate, amount, due, until) <= later <= amount * 6
