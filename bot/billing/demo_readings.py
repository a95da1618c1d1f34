"""The meter readings of a demo customer: one at the end of each period, one a day for the last weeks."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.billing.demo_bills import Case, Story
from bot.billing.demo_export import exported
from bot.clock import local_day
from bot.customers.demo import exchange_day
from bot.customers.metering import AUTO, DAY, MONTH, Register

ZERO = Decimal(0)
DAYS_KEPT = 62
Row = dict[str, Any]
Registers = dict[Register, Decimal]


def reading_rows(case: Case, story: Story, now: datetime) -> list[Row]:
    """Every row names its meter: up to the exchange the old one, from then on the new one, which began at zero."""
    customer, exchanged = case.customer, case.customer.situation.meter_exchanged
    rows = [*_month_rows(case, story), *(_day_rows(story, local_day(now)) if case.method == AUTO else [])]
    if exchanged is None:
        return [row | {"meter_no": customer.meter_no} for row in rows]
    day = exchange_day(local_day(now))
    at_exchange = _registers_row(story.series.at[day])
    old = [row | {"meter_no": exchanged.old_meter} for row in rows if row["read_on"] <= day]
    new = [_minus(row, at_exchange) | {"meter_no": customer.meter_no} for row in rows if row["read_on"] >= day]
    return old + new


def _month_rows(case: Case, story: Story) -> list[Row]:
    first = story.periods[0].period.start - timedelta(days=1)
    rows = [_row(MONTH, first, story.series.at[first])]
    sent = exported(case, first, story.periods[-1].period.end)
    reactive = ZERO
    for measured in story.periods:
        reactive += measured.use.reactive_kvarh / story.series.multiplier
        end = measured.period.end
        rows.append(
            _row(MONTH, end, story.series.at[end])
            | {
                "reactive_kvarh": reactive.quantize(Decimal("0.01")),
                "max_demand_kw": measured.use.max_demand_kw,
                "exported": sent[end],
                "method": measured.method,
            }
        )
    return rows


def _day_rows(story: Story, today: date) -> list[Row]:
    newest = story.periods[-1].period
    first = min(newest.start - timedelta(days=1), today - timedelta(days=DAYS_KEPT))
    return [_row(DAY, day, registers) for day, registers in story.series.at.items() if day >= first]


def _row(kind: str, day: date, registers: Registers) -> Row:
    return {
        "kind": kind,
        "read_on": day,
        "reactive_kvarh": ZERO,
        "max_demand_kw": None,
        "exported": ZERO,
        "method": AUTO,
        **_registers_row(registers),
    }


def _registers_row(registers: Registers) -> Row:
    return {**{str(name): value for name, value in registers.items()}, "total": sum(registers.values(), ZERO)}


def _minus(row: Row, start: Row) -> Row:
    return row | {name: row[name] - value for name, value in start.items()}
