"""Why a bill differs from another: an exact decomposition that adds up to the cent. Pure.

What is paid a kWh is taken apart in a chain, each link at the prices of the bill compared with:

days          more (or fewer) days at its use a day
use           another use a day
step          another place on the ladder (higher steps, a new price year, a household of many more or less)
time_of_use   another mix of sharp, peak, flat and valley hours
price         the same kWh at other prices
basic         capacity or demand charge
power_factor  what the power factor added or took off
other         everything else, line by line: allowance, refund, late fee
rounding      cents that only the rounding of the lines made
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot.billing.kinds import BASIC_KINDS, PER_KWH_KINDS, LineKind
from bot.billing.lines import CENT
from bot.billing.tables import Bill, BillLine

ZERO = Decimal(0)
MOST_ROUNDING = Decimal("0.10")  # more than the rounding of lines can make; then it is told as an item of its own


class Factor(StrEnum):
    DAYS = "days"
    USE = "use"
    STEP = "step"
    TIME_OF_USE = "time_of_use"
    PRICE = "price"
    BASIC = "basic"
    POWER_FACTOR = "power_factor"
    OTHER = "other"
    ROUNDING = "rounding"


SPLIT = (Factor.DAYS, Factor.USE, Factor.STEP, Factor.TIME_OF_USE, Factor.PRICE)  # of what is paid a kWh


@dataclass(frozen=True)
class Effect:
    """Yuan that one factor makes of the difference. `label` is the line's own where the factor is `other`."""

    factor: Factor
    amount: Decimal
    label: str = ""


@dataclass(frozen=True)
class Comparison:
    """`reference.amount` + all effects = `newest.amount`, always."""

    newest: Bill
    reference: Bill
    effects: tuple[Effect, ...]

    @property
    def difference(self) -> Decimal:
        return self.newest.amount - self.reference.amount

    @property
    def times(self) -> Decimal | None:
        if self.reference.amount <= 0:
            return None
        return (self.newest.amount / self.reference.amount).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def new_steps(self) -> tuple[str, ...]:
        """Steps that the newest bill reached and the other had not."""
        known = _labels(self.reference, LineKind.STEP)
        return tuple(label for label in _labels(self.newest, LineKind.STEP) if label not in known)

    def of(self, factor: Factor) -> Decimal:
        return sum((effect.amount for effect in self.effects if effect.factor == factor), ZERO)


def compare(newest: Bill, reference: Bill) -> Comparison:
    exact = [*_per_kwh(newest, reference), *_fixed(newest, reference)]
    return Comparison(newest, reference, _in_cents(exact, newest.amount - reference.amount))


def days_of(bill: Bill) -> int:
    return (bill.period_end - bill.period_start).days + 1


def kwh_per_day(bill: Bill) -> Decimal:
    return bill.kwh / days_of(bill)


def _per_kwh(newest: Bill, reference: Bill) -> list[Effect]:
    new, old = _lines(newest, PER_KWH_KINDS), _lines(reference, PER_KWH_KINDS)
    whole = _exact(new) - _exact(old)
    if not (newest.kwh and reference.kwh):
        return [Effect(Factor.USE, whole)]
    old_price = _exact(old) / reference.kwh
    at_old_use = kwh_per_day(reference) * days_of(newest)
    days = (at_old_use - reference.kwh) * old_price
    use = (newest.kwh - at_old_use) * old_price
    step = _mix(newest, reference, {LineKind.STEP})
    time_of_use = _mix(newest, reference, {LineKind.TIME_OF_USE, LineKind.ENERGY})
    if newest.tariff_code != reference.tariff_code or _forms(newest) != _forms(reference):
        # Another tariff, if only for some days: its lines are not those of the old one, all of it is price.
        step = time_of_use = ZERO
    return [
        Effect(Factor.DAYS, days),
        Effect(Factor.USE, use),
        Effect(Factor.STEP, step),
        Effect(Factor.TIME_OF_USE, time_of_use),
        Effect(Factor.PRICE, whole - days - use - step - time_of_use),
    ]


def _forms(bill: Bill) -> set[str]:
    """Whether a bill prices by steps, by parts, or, where the tariff was another one for some days, by both."""
    return {line.kind for line in bill.lines} & {LineKind.STEP, LineKind.ENERGY}


def _mix(newest: Bill, reference: Bill, kinds: set[LineKind]) -> Decimal:
    """What the new spread over lines of these kinds costs more than the old spread, both at the old prices."""
    new, old = _lines(newest, kinds), _lines(reference, kinds)
    prices = {label: _price(old, label) for label in {line.label for line in old}}
    at_old_prices = sum((line.quantity * prices.get(line.label, line.unit_price) for line in new), ZERO)
    return at_old_prices - _exact(old) / reference.kwh * newest.kwh


def _price(lines: Sequence[BillLine], label: str) -> Decimal:
    mine = [line for line in lines if line.label == label]
    quantity = sum((line.quantity for line in mine), ZERO)
    return _exact(mine) / quantity if quantity else mine[0].unit_price


def _fixed(newest: Bill, reference: Bill) -> list[Effect]:
    differences: dict[tuple[Factor, str], Decimal] = {}
    for sign, bill in ((1, newest), (-1, reference)):
        for line in bill.lines:
            if line.kind not in PER_KWH_KINDS:
                key = _factor(line)
                differences[key] = differences.get(key, ZERO) + sign * line.amount
    return [Effect(factor, amount, label) for (factor, label), amount in differences.items()]


def _factor(line: BillLine) -> tuple[Factor, str]:
    if line.kind in BASIC_KINDS:
        return Factor.BASIC, ""
    if line.kind == LineKind.POWER_FACTOR:
        return Factor.POWER_FACTOR, ""
    return Factor.OTHER, line.label


def _in_cents(exact: Iterable[Effect], difference: Decimal) -> tuple[Effect, ...]:
    """Each effect in cents; what rounding leaves over goes to the largest of those that were split."""
    rounded = [Effect(each.factor, _cents(each.amount), each.label) for each in exact]
    told = [effect for effect in rounded if effect.amount]
    left = difference - sum((effect.amount for effect in told), ZERO)
    split = [n for n, effect in enumerate(told) if effect.factor in SPLIT]
    if left and split and abs(left) <= MOST_ROUNDING:
        largest = max(split, key=lambda n: abs(told[n].amount))
        moved = told[largest]
        told[largest] = Effect(moved.factor, moved.amount + left, moved.label)
    elif left:
        told.append(Effect(Factor.ROUNDING, left))
    return tuple(effect for effect in told if effect.amount)


def _lines(bill: Bill, kinds: Collection[LineKind]) -> list[BillLine]:
    return [line for line in bill.lines if line.kind in kinds]


def _labels(bill: Bill, kind: LineKind) -> list[str]:
    return [line.label for line in bill.lines if line.kind == kind]


def _exact(lines: Iterable[BillLine]) -> Decimal:
    """Before the rounding of lines to cents, which would show as a change of price where there was none."""
    return sum((line.quantity * line.unit_price for line in lines), ZERO)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP) + ZERO  # adding zero turns -0.00 into 0.00
