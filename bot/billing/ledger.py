"""Which bills posted money has paid: the oldest bill first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.billing.late_fees import late_fee
from bot.billing.tables import Bill
from bot.billing.tariffs import LateFeeRate

ZERO = Decimal(0)


@dataclass(frozen=True)
class Owed:
    """A bill that is not, or not wholly, paid."""

    bill: Bill
    amount: Decimal

    def days_overdue(self, today: date) -> int:
        return max((today - self.bill.due_on).days, 0)

    def late_fee(self, rate: LateFeeRate, today: date) -> Decimal:
        """What the delay has cost by today, on top of the amount."""
        return late_fee(rate, self.amount, self.bill.due_on, today)


@dataclass(frozen=True)
class Ledger:
    """`credit` is posted money that no bill has used."""

    owed: tuple[Owed, ...]
    credit: Decimal

    @property
    def total_owed(self) -> Decimal:
        return sum((item.amount for item in self.owed), ZERO)

    def owed_on(self, bill: Bill) -> Decimal:
        return sum((item.amount for item in self.owed if item.bill.bill_no == bill.bill_no), ZERO)


def settle(bills: Sequence[Bill], posted: Decimal) -> Ledger:
    """Bills in the order they were issued, against the sum of posted money. A bill below zero is money to use."""
    left = posted - sum((bill.amount for bill in bills if bill.amount < 0), ZERO)
    owed: list[Owed] = []
    for bill in sorted((bill for bill in bills if bill.amount > 0), key=lambda b: b.month):
        paid = min(left, bill.amount)
        left -= paid
        if paid < bill.amount:
            owed.append(Owed(bill, bill.amount - paid))
    return Ledger(tuple(owed), left)
