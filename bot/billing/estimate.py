"""What has been used since the last bill and about what it will cost. Said with its time, never as a bill."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from bot.billing.engine import Use
from bot.billing.kinds import LineKind
from bot.billing.lines import CENT
from bot.billing.measured import Registers, day_registers, total
from bot.billing.periods import shift_month
from bot.billing.stretches import price_by_version
from bot.billing.tables import Bill, BillingTerms
from bot.billing.tariffs import Tariffs
from bot.billing.terms import terms_of
from bot.customers.tables import CustomerAccount

ZERO = Decimal(0)
RECENT_DAYS = 7


@dataclass(frozen=True)
class Estimate:
    """By the end of the last day read, `to`; `per_day` is the mean cost of the last days."""

    start: date
    to: date
    kwh: Decimal
    amount: Decimal
    per_day: Decimal
    unverified: bool


@dataclass(frozen=True)
class _Running:
    """The period after the last bill: its terms and what its price year has priced by steps before it."""

    tariffs: Tariffs
    account: CustomerAccount
    special: BillingTerms | None
    last: Bill

    def price(self, read_to: date, days: dict[date, Registers]) -> tuple[Decimal, bool]:
        """The energy of these days alone: what a month costs besides cannot be told within it."""
        next_end = shift_month(self.last.period_end, self.account.reading_cycle_months)
        before = self.last.kwh_before + stepped_kwh(self.last) if next_end.year == self.last.month.year else ZERO
        use = Use(self.last.period_end + timedelta(days=1), read_to, total(days), before)
        terms = replace(terms_of(self.account, self.special, self.tariffs, next_end), capacity_basis=None)
        priced = price_by_version(self.tariffs, self.account.tariff_code, use, terms, by_day=days)
        return priced.total, priced.unverified


def estimate_since(session: Session, tariffs: Tariffs, account: CustomerAccount, last: Bill) -> Estimate | None:
    """None when no day after the last bill has been read yet."""
    days = day_registers(session, account.account_no, last.period_end)
    if not days:
        return None
    running = _Running(tariffs, account, session.get(BillingTerms, account.account_no), last)
    read_to = max(days)
    amount, unverified = running.price(read_to, days)
    recent = dict(list(days.items())[-RECENT_DAYS:])
    earlier = {day: used for day, used in days.items() if day not in recent}
    cost_before = running.price(read_to, earlier)[0] if earlier else ZERO
    return Estimate(
        start=last.period_end + timedelta(days=1),
        kwh=sum(total(days).values(), ZERO),
        amount=amount,
        to=read_to,
        per_day=((amount - cost_before) / len(recent)).quantize(CENT, ROUND_HALF_UP),
        unverified=unverified,
    )


def stepped_kwh(bill: Bill) -> Decimal:
    """What of a bill counted towards the steps of its price year."""
    return sum((line.quantity for line in bill.lines if line.kind == LineKind.STEP), ZERO)
