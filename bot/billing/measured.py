"""What was used, from the day readings: by day, and since the last bill. Exchanged meters are summed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.customers.metering import DAY, REGISTERS, Meter, MeterReading, Register

ZERO = Decimal(0)
Registers = dict[Register, Decimal]


@dataclass(frozen=True)
class DayUse:
    day: date
    kwh: Decimal


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


def _add(sums: Registers, before: MeterReading, after: MeterReading, multiplier: int) -> None:
    for name in REGISTERS:
        sums[name] += (getattr(after, name) - getattr(before, name)) * multiplier
