"""Likely reasons are said for what speaks for them, and for nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from bot.billing.explain import compare
from bot.billing.reasons import Cause, Likelihood, reasons
from bot.billing.tables import Bill, BillLine
from bot.supplier.climate import load_climate

CLIMATE = load_climate()


def bill(year: int, month: int, kwh: int, method: str = "auto") -> Bill:
    amount = Decimal(kwh) * Decimal("0.56")
    line = BillLine(kind="energy", label="电", quantity=Decimal(kwh), unit_price=Decimal("0.56"), amount=amount)
    start = date(year, month, 1)
    return Bill(
        month=start,
        period_start=start,
        period_end=start.replace(day=28),
        kwh=Decimal(kwh),
        amount=amount,
        tariff_code="t",
        method=method,
        lines=[line],
    )


def told(
    newest: Bill,
    before: Bill,
    last_year: Bill | None = None,
    customer_class: str = "residential",
    exchanged: bool = False,
) -> list[tuple[Cause, Likelihood]]:
    found = reasons(compare(newest, before), last_year, CLIMATE, customer_class, meter_exchanged=exchanged)
    return [(reason.cause, reason.likelihood) for reason in found]


@pytest.mark.parametrize(("month", "cause"), [(7, Cause.HEAT), (12, Cause.COLD)])
def test_a_season_that_came_last_year_too_is_very_likely(month: int, cause: Cause) -> None:
    newest, before = bill(2026, month, 300), bill(2026, month - 2, 150)
    assert told(newest, before, bill(2025, month, 290)) == [(cause, Likelihood.VERY)]
    assert told(newest, before, bill(2025, month, 150)) == [(cause, Likelihood.SOME)]
    assert told(newest, before) == [(cause, Likelihood.SOME)]


def test_mild_months_do_not_speak_of_the_weather() -> None:
    assert told(bill(2026, 5, 200), bill(2026, 4, 150), bill(2025, 5, 140)) == [
        (Cause.MORE_THAN_LAST_YEAR, Likelihood.SOME)
    ]
    assert told(bill(2026, 5, 200), bill(2026, 4, 150)) == []


def test_pumps_and_machines_do_not_feel_the_weather() -> None:
    assert told(bill(2026, 7, 300), bill(2026, 5, 150), customer_class="agricultural") == []


def test_an_estimate_before_comes_first() -> None:
    newest, before = bill(2026, 7, 300), bill(2026, 6, 100, "estimated")
    assert told(newest, before)[0] == (Cause.ESTIMATED_BEFORE, Likelihood.VERY)
    assert told(bill(2026, 7, 300, "estimated"), bill(2026, 6, 100))[0] == (Cause.ESTIMATED_NOW, Likelihood.VERY)


def test_an_exchanged_meter_is_only_possible() -> None:
    assert told(bill(2026, 5, 300), bill(2026, 4, 150), exchanged=True) == [(Cause.METER_EXCHANGED, Likelihood.SOME)]


def test_less_use_needs_no_reason() -> None:
    assert told(bill(2026, 7, 100), bill(2026, 5, 150), exchanged=True) == []
