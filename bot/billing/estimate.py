"""What has been used since the last bill and about what it will cost. Said with its time, never as a bill."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from bot.billing.engine import Use, price_energy
from bot.billing.lines import CENT
from bot.billing.measured import Registers, day_registers, total
from bot.billing.periods import shift_month
from bot.billing.tables import Bill
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


def estimate_since(session: Session, tariffs: Tariffs, account: CustomerAccount, last: Bill) -> Estimate | None:
    """None when no day after the last bill has been read yet."""
    days = day_registers(session, account.account_no, last.period_end)
    if not days:
        return None
    read_to = max(days)
    priced = _price(tariffs, account, last, read_to, total(days))
    recent = dict(list(days.items())[-RECENT_DAYS:])
    earlier = {day: used for day, used in days.items() if day not in recent}
    cost_before = _price(tariffs, account, last, read_to, total(earlier))[0] if earlier else ZERO
    per_day = ((priced[0] - cost_before) / len(recent)).quantize(CENT, ROUND_HALF_UP)
    return Estimate(
        start=last.period_end + timedelta(days=1),
        kwh=sum(total(days).values(), ZERO),
        amount=priced[0],
        to=read_to,
        per_day=per_day,
        unverified=priced[1],
    )


def _price(
    tariffs: Tariffs, account: CustomerAccount, last: Bill, read_to: date, registers: Registers
) -> tuple[Decimal, bool]:
    next_end = shift_month(last.period_end, 1)
    before = last.kwh_before + last.kwh if next_end.year == last.month.year else ZERO
    use = Use(last.period_end + timedelta(days=1), read_to, registers, before)
    version = tariffs.on(account.tariff_code, next_end)
    priced = price_energy(version, use, terms_of(account, next_end))
    return priced.total, priced.unverified
