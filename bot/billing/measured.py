"""What was used, from the readings: by day, by billed period, and since the last bill. Exchanged meters are summed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.billing.engine import Use
from bot.billing.tables import Bill
from bot.customers.metering import DAY, MONTH, REGISTERS, Meter, MeterExchange, MeterReading, MeterTest, Register

ZERO = Decimal(0)
Registers = dict[Register, Decimal]


@dataclass(frozen=True)
class DayUse:
    day: date
    kwh: Decimal


@dataclass(frozen=True)
class MeterSpan:
    """One meter's total at the beginning and at the end of a period; use is the difference times the multiplier."""

    meter_no: str
    first: Decimal
    last: Decimal
    multiplier: int


@dataclass(frozen=True)
class Exchange:
    """A meter changed for another: when, why, and what a test of the one taken down found."""

    day: date
    reason: str
    test: str | None


def day_registers(session: Session, account_no: str, after: date) -> dict[date, Registers]:
    """kWh by register of each day after `after` that a meter was read at the end of, oldest first."""
    rows = session.execute(
        select(Meter.meter_no, Meter.multiplier, MeterReading)
        .join(MeterReading, MeterReading.meter_no == Meter.meter_no)
        .where(Meter.account_no == account_no, MeterReading.kind == DAY, MeterReading.read_on >= after)
        .order_by(MeterReading.read_on)
    )
    by_meter: dict[tuple[str, int], list[MeterReading]] = defaultdict(list)
    for meter_no, multiplier, reading in rows:
        by_meter[meter_no, multiplier].append(reading)
    used: dict[date, Registers] = {}
    for (_, multiplier), readings in by_meter.items():
        for before, after_it in pairwise(readings):
            _add(used.setdefault(after_it.read_on, dict.fromkeys(REGISTERS, ZERO)), before, after_it, multiplier)
    return dict(sorted(used.items()))


def total(days: dict[date, Registers]) -> Registers:
    sums: Registers = dict.fromkeys(REGISTERS, ZERO)
    for registers in days.values():
        for name, kwh in registers.items():
            sums[name] += kwh
    return sums


def day_uses(days: dict[date, Registers]) -> list[DayUse]:
    return [DayUse(day, sum(registers.values(), ZERO)) for day, registers in days.items()]


def meter_spans(session: Session, bill: Bill) -> list[MeterSpan]:
    """What the meters of a bill showed at its beginning and end, the older meter first."""
    return [
        MeterSpan(meter.meter_no, readings[0].total, readings[-1].total, meter.multiplier)
        for meter, readings in _read_within(session, bill)
    ]


def measured_uses(session: Session, bills: Sequence[Bill]) -> list[Use] | None:
    """The use of each bill by register; None where the readings do not make up what was billed."""
    uses = [_measured(bill, _read_within(session, bill)) for bill in bills]
    fits = all(use.kwh == bill.kwh for use, bill in zip(uses, bills, strict=True))
    return uses if fits else None


def exchanged_within(session: Session, bill: Bill) -> Exchange | None:
    """The newest exchange in the period of a bill."""
    found = session.scalar(
        select(MeterExchange)
        .where(MeterExchange.account_no == bill.account_no)
        .where(MeterExchange.exchanged_on >= bill.period_start, MeterExchange.exchanged_on <= bill.period_end)
        .order_by(MeterExchange.exchanged_on.desc())
        .limit(1)
    )
    if found is None:
        return None
    tests = select(MeterTest.result).where(MeterTest.meter_no == found.old_meter).order_by(MeterTest.tested_on.desc())
    return Exchange(found.exchanged_on, found.reason, session.scalar(tests.limit(1)))


def _read_within(session: Session, bill: Bill) -> list[tuple[Meter, list[MeterReading]]]:
    """The readings of a bill's meters from the end of the period before to the end of its own."""
    first = bill.period_start - timedelta(days=1)
    rows = session.execute(
        select(Meter, MeterReading)
        .join(MeterReading, MeterReading.meter_no == Meter.meter_no)
        .where(Meter.account_no == bill.account_no)
        .where(MeterReading.read_on >= first, MeterReading.read_on <= bill.period_end)
        .order_by(Meter.installed_on, MeterReading.read_on, MeterReading.kind)
    )
    by_meter: dict[Meter, list[MeterReading]] = {}
    for meter, reading in rows:
        by_meter.setdefault(meter, []).append(reading)
    return [(meter, readings) for meter, readings in by_meter.items() if len(readings) > 1]


def _measured(bill: Bill, read: list[tuple[Meter, list[MeterReading]]]) -> Use:
    registers: Registers = dict.fromkeys(REGISTERS, ZERO)
    reactive, demands = ZERO, [ZERO]
    for meter, readings in read:
        _add(registers, readings[0], readings[-1], meter.multiplier)
        months = [reading for reading in readings if reading.kind == MONTH]
        if len(months) > 1:
            reactive += (months[-1].reactive_kvarh - months[0].reactive_kvarh) * meter.multiplier
        demands += [r.max_demand_kw for r in months if r.max_demand_kw is not None and r.read_on == bill.period_end]
    return Use(bill.period_start, bill.period_end, registers, bill.kwh_before, reactive, max(demands))


def _add(sums: Registers, before: MeterReading, after: MeterReading, multiplier: int) -> None:
    for name in REGISTERS:
        sums[name] += (getattr(after, name) - getattr(before, name)) * multiplier
