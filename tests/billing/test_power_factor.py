"""The power factor and its table, at the points that are known from the documents."""

from decimal import Decimal

import pytest

from bot.billing import load_tariffs
from bot.billing.power_factor import adjustment_percent, power_factor

TABLES = load_tariffs().factors.standards
KWH = Decimal(100000)


def reactive(factor: Decimal) -> Decimal:
    return KWH * (1 / factor**2 - 1).sqrt()


@pytest.mark.parametrize(
    ("standard", "factor", "percent"),
    [
        ("0.90", "1.00", "-0.75"),
        ("0.90", "0.95", "-0.75"),
        ("0.90", "0.94", "-0.60"),
        ("0.90", "0.90", "0"),
        ("0.90", "0.82", "4"),
        ("0.90", "0.70", "10"),
        ("0.90", "0.66", "14"),
        ("0.90", "0.60", "25"),
        ("0.85", "0.94", "-1.1"),
        ("0.85", "0.60", "15"),
        ("0.80", "0.92", "-1.3"),
        ("0.80", "0.60", "10"),
    ],
)
def test_the_table(standard: str, factor: str, percent: str) -> None:
    table, at = TABLES[Decimal(standard)], Decimal(standard)
    assert adjustment_percent(table, at, KWH, reactive(Decimal(factor))) == Decimal(percent)


def test_the_factor_is_rounded_to_two_places_before_the_table_is_read() -> None:
    assert power_factor(KWH, reactive(Decimal("0.8949"))) == Decimal("0.89")
    assert power_factor(KWH, reactive(Decimal("0.8951"))) == Decimal("0.90")
    assert power_factor(Decimal(0), Decimal(5)) == 1
