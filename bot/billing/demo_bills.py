"""The bills of a demo customer: periods, what was measured in each, and what the tariff engine makes of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

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
from bot.billing.tables import Bill, BillLine
from bot.billing.tariffs import Tariffs
from bot.billing.terms import terms_of
from bot.customers.demo import cut_time
from bot.customers.demo_data import Climate, DemoCustomer
from bot.customers.tables import CustomerAccount

ZERO, HUNDREDTH = Decimal(0), Decimal("0.01")
BILLS = 24
PEAK_LOAD_FACTOR = Decimal("1.7")


@dataclass(frozen=True)
class Measured:
    """One period and what was measured in it."""

    period: Period
    use: Use


@dataclass(frozen=True)
class Story:
    series: Series
    periods: list[Measured]


def story_of(
    customer: DemoCustomer, account: CustomerAccount, tariffs: Tariffs, climate: Climate, today: date
) -> Story:
    periods = periods_back(_last_end(customer, today), BILLS)
    start, end = periods[0].start, max(today - timedelta(days=1), periods[-1].end)
    cut = cut_time(customer, today)
    series = build_series(customer, climate, start, end, cut=cut)
    measured = _measure(customer, series, periods)
    times = customer.situation.newest_bill_times
    if times is not None:
        factor = _factor_for(account, tariffs, measured, times)
        series = build_series(customer, climate, start, end, scale=(periods[-1], factor), cut=cut)
        measured = _measure(customer, series, periods)
    return Story(series, measured)


def bill_row(
    customer: DemoCustomer, account: CustomerAccount, tariffs: Tariffs, measured: Measured, *, newest: bool, today: date
) -> Bill:
    period, use = measured.period, measured.use
    tariff = tariffs.get(account.tariff_code)
    priced = price(account, tariffs, measured)
    lines = [*priced.lines, *(_extra_lines(customer, period) if newest else [])]
    with_factor = account.power_factor_standard is not None
    return Bill(
        bill_no=f"{account.account_no}-{period.month:%Y%m}",
        account_no=account.account_no,
        month=period.month,
        period_start=period.start,
        period_end=period.end,
        issued_on=period.issued_on,
        due_on=_due_on(customer, period, today),
        kwh=use.kwh,
        kwh_before=use.before,
        amount=sum((line.amount for line in lines), ZERO),
        tariff_code=tariff.code,
        tariff_name=tariff.name,
        unverified=priced.unverified,
        power_factor=power_factor(use.kwh, use.reactive_kvarh) if with_factor else None,
        lines=[
            BillLine(
                position=n,
                kind=line.kind,
                label=line.label,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                amount=line.amount,
                source=line.origin.document,
            )
            for n, line in enumerate(lines, 1)
        ],
    )


def price(account: CustomerAccount, tariffs: Tariffs, measured: Measured) -> Priced:
    end = measured.period.end
    version = tariffs.on(account.tariff_code, end)
    return price_period(version, measured.use, terms_of(account, end), tariffs.factors)


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


def _measure(customer: DemoCustomer, series: Series, periods: list[Period]) -> list[Measured]:
    measured: list[Measured] = []
    before, year = ZERO, periods[0].month.year
    for period in periods:
        if period.month.year != year:
            before, year = ZERO, period.month.year
        registers = series.used(period.start, period.end)
        kwh = sum(registers.values(), ZERO)
        demand = (kwh / (period.days * 24) * PEAK_LOAD_FACTOR).quantize(Decimal(1))
        use = Use(period.start, period.end, registers, before, reactive_for(customer, kwh), demand)
        measured.append(Measured(period, use))
        before += kwh
    return measured


def _factor_for(account: CustomerAccount, tariffs: Tariffs, measured: list[Measured], times: Decimal) -> Decimal:
    """By what the newest period's use is multiplied so that its bill is `times` the one before."""
    previous, newest = measured[-2:]
    target = price(account, tariffs, previous).total * times
    low, high = ZERO, Decimal(20)
    for _ in range(40):
        middle = (low + high) / 2
        registers = {name: kwh * middle for name, kwh in newest.use.registers.items()}
        bill = price(account, tariffs, replace(newest, use=replace(newest.use, registers=registers)))
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
