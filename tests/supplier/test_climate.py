"""The usual weather: drawn between the middles of the months, felt only beyond the two limits."""

from datetime import date
from decimal import Decimal

from bot.supplier.climate import load_climate

CLIMATE = load_climate()


def test_the_middle_of_a_month_has_its_mean() -> None:
    assert CLIMATE.temperature(date(2026, 7, 15)) == 28
    assert CLIMATE.temperature(date(2026, 11, 30)) == 9 - Decimal(6) * 15 / 30


def test_the_year_closes() -> None:
    assert CLIMATE.temperature(date(2026, 12, 31)) == 3 - Decimal(2) * 16 / 30
    assert CLIMATE.temperature(date(2026, 1, 1)) == 1 + Decimal(2) * 14 / 30


def test_mild_months_have_neither_heat_nor_chill() -> None:
    mild, summer = (date(2026, 4, 5), date(2026, 5, 5)), (date(2026, 7, 1), date(2026, 7, 31))
    assert (CLIMATE.heat(*mild), CLIMATE.chill(*mild)) == (0, 0)
    assert CLIMATE.heat(*summer) > 3 and CLIMATE.chill(*summer) == 0
