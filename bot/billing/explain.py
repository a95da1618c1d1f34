"""Why a bill differs from the one before: an exact decomposition that adds up to the cent. Pure.

days      more (or fewer) days at the old use a day and the old price
use       another use a day, at the old price
price     another price a kWh: a higher step, a new price year, another mix of peak and valley
other     everything that is not energy, line by line
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bot.billing.kinds import ENERGY_KINDS
from bot.billing.lines import CENT
from bot.billing.tables import Bill

ZERO = Decimal(0)
Season = Literal["hot", "cold", "mild"]
HOT_MONTHS, COLD_MONTHS = (6, 7, 8, 9), (11, 12, 1, 2, 3)


@dataclass(frozen=True)
class OtherItem:
    label: str
    difference: Decimal


@dataclass(frozen=True)
class Explanation:
    """`days + use + price + the other items = difference`, always."""

    newest: Bill
    previous: Bill
    same_month_last_year: Bill | None
    difference: Decimal
    days: Decimal
    use: Decimal
    price: Decimal
    other: tuple[OtherItem, ...]
    new_steps: tuple[str, ...]
    season: Season

    @property
    def times(self) -> Decimal | None:
        if self.previous.amount <= 0:
            return None
        return (self.newest.amount / self.previous.amount).quantize(Decimal("0.1"), ROUND_HALF_UP)


def explain(newest: Bill, previous: Bill, same_month_last_year: Bill | None = None) -> Explanation:
    other = _other(newest, previous)
    energy = newest.amount - previous.amount - sum((item.difference for item in other), ZERO)
    old_price = _mean_price(previous) if previous.kwh else _mean_price(newest)
    days = _cents((_days(newest) - _days(previous)) * previous.kwh / _days(previous) * old_price)
    price = _cents(_unrounded_energy(newest) - newest.kwh * old_price)
    return Explanation(
        newest,
        previous,
        same_month_last_year,
        newest.amount - previous.amount,
        days=days,
        use=energy - days - price,
        price=price,
        other=other,
        new_steps=_new_steps(newest, previous),
        season=season(newest),
    )


def season(bill: Bill) -> Season:
    if bill.month.month in HOT_MONTHS:
        return "hot"
    return "cold" if bill.month.month in COLD_MONTHS else "mild"


def days_of(bill: Bill) -> int:
    return (bill.period_end - bill.period_start).days + 1


def _days(bill: Bill) -> Decimal:
    return Decimal(days_of(bill))


def _unrounded_energy(bill: Bill) -> Decimal:
    """Before the rounding of lines to cents, which would show as a change of price where there was none."""
    return sum((line.quantity * line.unit_price for line in bill.lines if line.kind in ENERGY_KINDS), ZERO)


def _mean_price(bill: Bill) -> Decimal:
    return _unrounded_energy(bill) / bill.kwh if bill.kwh else ZERO


def _other(newest: Bill, previous: Bill) -> tuple[OtherItem, ...]:
    differences: dict[str, Decimal] = {}
    for sign, bill in ((1, newest), (-1, previous)):
        for line in bill.lines:
            if line.kind not in ENERGY_KINDS:
                differences[line.label] = differences.get(line.label, ZERO) + sign * line.amount
    return tuple(OtherItem(label, amount) for label, amount in differences.items() if amount)


def _new_steps(newest: Bill, previous: Bill) -> tuple[str, ...]:
    """Steps that the newest bill reached and the one before had not."""
    return tuple(label for label in _steps(newest) if label not in _steps(previous))


def _steps(bill: Bill) -> Sequence[str]:
    return [line.label for line in bill.lines if line.kind == "step"]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP) + ZERO  # adding zero turns -0.00 into 0.00
