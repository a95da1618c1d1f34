"""The power factor of a month and what it takes off or adds, by the table of its standard."""

from decimal import ROUND_HALF_UP, Decimal

from bot.billing.tariffs import FactorTable

HUNDREDTH = Decimal("0.01")
ZERO = Decimal(0)


def power_factor(active_kwh: Decimal, reactive_kvarh: Decimal) -> Decimal:
    """cos φ = Wp / √(Wp² + Wq²), rounded to two places as the table wants it."""
    if not active_kwh:
        return Decimal(1)
    apparent = (active_kwh**2 + reactive_kvarh**2).sqrt()
    return (active_kwh / apparent).quantize(HUNDREDTH, ROUND_HALF_UP)


def adjustment_percent(table: FactorTable, standard: Decimal, active_kwh: Decimal, reactive_kvarh: Decimal) -> Decimal:
    """Percent added (above zero) or taken off (below zero)."""
    factor = power_factor(active_kwh, reactive_kvarh)
    if factor >= standard:
        reached = [percent for at, percent in table.reduction.items() if at <= factor]
        return -max(reached, default=ZERO)
    percent, at = ZERO, standard
    for band in table.increase:
        below = max(factor, band.down_to)
        if below < at:
            percent += (at - below) / HUNDREDTH * band.each
            at = below
    return percent
