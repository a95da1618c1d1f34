"""A year of use, growth and load, from readings alone."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.billing.tables import Bill
from bot.customers import Customers
from bot.customers.metering import MONTH, MeterReading
from bot.customers.trend import trend_of


def line(months: int, per_month: int, meter: str = "M") -> list[tuple[MeterReading, int]]:
    ends = [date(2024 + n // 12, n % 12 + 1, 28) for n in range(months + 1)]
    return [
        (MeterReading(meter_no=meter, kind=MONTH, read_on=end, total=Decimal(n * per_month), max_demand_kw=None), 10)
        for n, end in enumerate(ends)
    ]


def test_a_year_is_twelve_months_times_the_multiplier() -> None:
    trend = trend_of(line(24, 7))
    assert trend is not None
    assert (trend.kwh, trend.kwh_before, trend.grew_by) == (Decimal(840), Decimal(840), Decimal(0))
    assert trend.load_share(Decimal(400)) is None


def test_less_than_a_year_says_nothing_and_less_than_two_no_growth() -> None:
    assert trend_of(line(11, 7)) is None
    trend = trend_of(line(13, 7))
    assert trend is not None and trend.kwh_before is None and trend.grew_by is None


@pytest.mark.parametrize("account_no", ["4100000207", "4100000017", "4100000074"])
def test_what_was_measured_is_what_was_billed(account_no: str, customers: Customers) -> None:
    """Also over the exchange of a meter."""
    with customers._db.read() as session:
        bills = session.scalars(select(Bill.kwh).where(Bill.account_no == account_no).order_by(Bill.month)).all()
    trend = customers.trend(account_no)
    assert trend is not None
    assert trend.kwh == sum(bills[-12:])
    assert trend.kwh_before == sum(bills[-24:-12])


def test_the_load_of_the_works_is_told_against_its_capacity(customers: Customers) -> None:
    trend = customers.trend("4100000074")
    assert trend is not None
    share = trend.load_share(customers.account("4100000074").capacity_kva)
    assert share is not None and Decimal("0.1") < share < Decimal(1)


def test_who_has_no_meter_has_no_trend(customers: Customers) -> None:
    assert customers.trend("4100000215") is None
