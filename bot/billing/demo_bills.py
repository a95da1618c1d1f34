"""The bills of a demo customer: periods, what was measured in each, and what the tariff engine makes of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.books import bill_lines, check_bill
from bot.billing.demo_data import DemoBilling
from bot.billing.demo_use import Series, build_series
from bot.billing.engine import Priced, Use, price_period
from bot.billing.kinds import LineKind
from bot.billing.lines import Line, Origin, lump
from bot.billing.periods import (
    DUE_AFTER_DAYS,
    ISSUED_AFTER_DAYS,
    Period,
    newest_calendar_end,
    newest_end,
    periods_back,
)
from bot.billing.power_factor import power_factor
from bot.billing.tables import Bill, BillingTerms
from bot.billing.tariffs import Tariffs
from bot.billing.terms import terms_of
from bot.customers.demo import cut_time
from bot.customers.demo_data import DemoCustomer
from bot.customers.metering import ESTIMATED
from bot.customers.tables import CustomerAccount
from bot.supplier.climate import Climate

ZERO, HUNDREDTH = Decimal(0), Decimal("0.01")
BILLS = 24
PEAK_LOAD_FACTOR = Decimal("1.7")


@dataclass(frozen=True)
class Case:
    """One demo customer with everything that decides its bills."""

    customer: DemoCustomer
    billing: DemoBilling
    account: CustomerAccount
    special: BillingTerms
    method: str
    tariffs: Tariffs
    climate: Climate
    today: date


@dataclass(frozen=True)
class Measured:
    """One period and what was measured in it."""

    period: Period
    use: Use
    method: str


@dataclass(frozen=True)
class Story:
    series: Series
    periods: list[Measured]


def story_of(case: Case) -> Story:
    periods = periods_back(_last_end(case.customer, case.today), BILLS)
    start, end = periods[0].start, max(case.today - timedelta(days=1), periods[-1].end)
    cut = cut_time(case.customer, case.today)
    series = build_series(case.customer, case.climate, start, end, cut=cut)
    if case.billing.estimated_share is not None:
        _estimate(series, periods[-2], case.billing.estimated_share)
    measured = _measure(case, series, periods)
    times = case.customer.situation.newest_bill_times
    if times is not None:
        factor = _factor_for(case, measured, times)
        series = build_series(case.customer, case.climate, start, end, scale=(periods[-1], factor), cut=cut)
        measured = _measure(case, series, periods)
    return Story(series, measured)


def bill_row(case: Case, measured: Measured, *, newest: bool) -> Bill:
    period, use, account = measured.period, measured.use, case.account
    priced = price(case, measured)
    lines = [*priced.lines, *(_extra_lines(case.customer, period) if newest else [])]
    with_factor = account.power_factor_standard is not None
    bill = Bill(
        bill_no=f"{account.account_no}-{period.month:%Y%m}",
        account_no=account.account_no,
        month=period.month,
        period_start=period.start,
        period_end=period.end,
        issued_on=period.issued_on,
        due_on=_due_on(case.customer, period, case.today) if newest else period.due_on,
        kwh=use.kwh,
        kwh_before=use.before,
        amount=sum((line.amount for line in lines), ZERO),
        tariff_code=account.tariff_code,
        tariff_name=case.tariffs.get(account.tariff_code).name,
        unverified=priced.unverified,
        method=measured.method,
        power_factor=power_factor(use.kwh, use.reactive_kvarh) if with_factor else None,
        lines=bill_lines(lines),
    )
    check_bill(bill)
    return bill


def price(case: Case, measured: Measured) -> Priced:
    end = measured.period.end
    version = case.tariffs.on(case.account.tariff_code, end)
    return price_period(
        version, measured.use, terms_of(case.account, case.special, case.tariffs, end), case.tariffs.factors
    )


def _estimate(series: Series, period: Period, share: Decimal) -> None:
    """The reading at the end of a period becomes an estimate; the next period makes up for it."""
    before, real = series.at[period.start - timedelta(days=1)], series.at[period.end]
    series.at[period.end] = {
        name: (before[name] + (real[name] - before[name]) * share).quantize(HUNDREDTH, ROUND_HALF_UP) for name in real
    }


def reactive_for(customer: DemoCustomer, kwh: Decimal) -> Decimal:
    """The reactive energy that gives the power factor of the customer's situation."""
    factor = customer.situation.power_factor
    if factor is None:
        return ZERO
    return (kwh * (1 / factor**2 - 1).sqrt()).quantize(HUNDREDTH, ROUND_HALF_UP)


def _last_end(customer: DemoCustomer, today: date) -> date:
    overdue = customer.situation.oldest_overdue_days
    if overdue is None:
        return newest_calendar_end(today)
    oldest_unpaid = today - timedelta(days=overdue + DUE_AFTER_DAYS + ISSUED_AFTER_DAYS)
    return newest_end(oldest_unpaid, today)


def _measure(case: Case, series: Series, periods: list[Period]) -> list[Measured]:
    measured: list[Measured] = []
    before, year = ZERO, periods[0].month.year
    estimated = periods[-2] if case.billing.estimated_share is not None else None
    for period in periods:
        if period.month.year != year:
            before, year = ZERO, period.month.year
        registers = series.used(period.start, period.end)
        kwh = sum(registers.values(), ZERO)
        demand = (kwh / (period.days * 24) * PEAK_LOAD_FACTOR).quantize(Decimal(1))
        use = Use(period.start, period.end, registers, before, reactive_for(case.customer, kwh), demand)
        measured.append(Measured(period, use, ESTIMATED if period is estimated else case.method))
        before += price(case, measured[-1]).stepped_kwh
    return measured


def _factor_for(case: Case, measured: list[Measured], times: Decimal) -> Decimal:
    """By what the newest period's use is multiplied so that its bill is `times` the one before."""
    previous, newest = measured[-2:]
    target = price(case, previous).total * times
    low, high = ZERO, Decimal(20)
    for _ in range(40):
        middle = (low + high) / 2
        registers = {name: kwh * middle for name, kwh in newest.use.registers.items()}
        bill = price(case, replace(newest, use=replace(newest.use, registers=registers)))
        low, high = (middle, high) if bill.total < target else (low, middle)
    return high.quantize(Decimal("0.000001"))


def _extra_lines(customer: DemoCustomer, period: Period) -> list[Line]:
    refund = customer.situation.refund
    if refund is None:
        return []
    return [lump(LineKind.REFUND, refund.label, refund.amount, Origin(refund.label, period.end, "V"))]


def _due_on(customer: DemoCustomer, period: Period, today: date) -> date:
    """Money that is on its way was paid in time."""
    return max(period.due_on, today) if customer.situation.pending_payment else period.due_on
