"""What the demo customers send into the network, and how they are paid for it: the newest settlement is on its way."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from bot.billing.demo_bills import Case, Measured
from bot.billing.demo_use import chance, days_between
from bot.billing.engine import price_export
from bot.billing.periods import Period
from bot.billing.tables import PAID, PENDING, ExportSettlement

ZERO, HUNDREDTH = Decimal(0), Decimal("0.01")
PAID_AFTER = timedelta(days=15)


def exported(case: Case, first: date, last: date) -> dict[date, Decimal]:
    """The export register at the end of each day; zero on the first."""
    sent = {first: ZERO}
    for day in days_between(first + timedelta(days=1), last):
        kwh = case.billing.exported.get(day.month, ZERO) * chance(case.customer.account_no + "x", day)
        sent[day] = (sent[day - timedelta(days=1)] + kwh).quantize(HUNDREDTH, ROUND_HALF_UP)
    return sent


def settlements_of(case: Case, periods: list[Measured]) -> list[ExportSettlement]:
    if case.special.export_tariff is None:
        return []
    ends = [periods[0].period.start - timedelta(days=1), *(measured.period.end for measured in periods)]
    sent = exported(case, ends[0], ends[-1])
    return [
        _settlement(case, measured.period, sent[after] - sent[before], newest=measured is periods[-1])
        for measured, (before, after) in zip(periods, pairwise(ends), strict=True)
    ]


def _settlement(case: Case, period: Period, kwh: Decimal, *, newest: bool) -> ExportSettlement:
    line = price_export(case.tariffs.on(str(case.special.export_tariff), period.end), kwh)
    paid_on = None if newest else period.issued_on + PAID_AFTER
    return ExportSettlement(
        settlement_no=f"{case.account.account_no}-S{period.month:%Y%m}",
        account_no=case.account.account_no,
        month=period.month,
        period_start=period.start,
        period_end=period.end,
        issued_on=period.issued_on,
        kwh=line.quantity,
        label=line.label,
        unit_price=line.unit_price,
        amount=line.amount,
        source=line.origin.document,
        source_date=line.origin.since,
        mark=line.origin.mark,
        state=PENDING if newest else PAID,
        paid_on=paid_on,
    )
