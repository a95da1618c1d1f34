"""Meters and what was read from them. Registers count up; use is the difference times the meter's multiplier."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime, energy

DAY, MONTH = "day", "month"
AUTO, MANUAL, ESTIMATED, LATE = "auto", "manual", "estimated", "late"
Register = Literal["sharp", "peak", "flat", "valley"]
REGISTERS: tuple[Register, ...] = ("sharp", "peak", "flat", "valley")


class Meter(Base):
    """A meter in its place. `rated_kva` is the largest load it may carry with its transformers."""

    __tablename__ = "meters"

    meter_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    usage_point: Mapped[str] = mapped_column(ForeignKey("usage_points.code"))
    multiplier: Mapped[int] = mapped_column(default=1)
    rated_kva: Mapped[Decimal | None] = mapped_column(energy())
    remote_switch: Mapped[bool] = mapped_column(default=False)
    installed_on: Mapped[date]
    removed_on: Mapped[date | None]
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MeterReading(Base):
    """Registers frozen at the end of `read_on`: each day (`day`) and at the end of each bill's period (`month`).

    `exported` counts what the customer sent into the network. method: auto (自动), manual (手抄), estimated (估抄),
    late (补抄: read after its day).
    """

    __tablename__ = "meter_readings"

    meter_no: Mapped[str] = mapped_column(ForeignKey("meters.meter_no"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    read_on: Mapped[date] = mapped_column(primary_key=True)
    total: Mapped[Decimal] = mapped_column(energy())
    sharp: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    peak: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    flat: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    valley: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    reactive_kvarh: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    max_demand_kw: Mapped[Decimal | None] = mapped_column(energy())
    exported: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    method: Mapped[str] = mapped_column(default="auto")


class MeterExchange(Base):
    """One meter taken down and another hung in its place. What both showed then are their readings of that day."""

    __tablename__ = "meter_exchanges"

    old_meter: Mapped[str] = mapped_column(ForeignKey("meters.meter_no"), primary_key=True)
    new_meter: Mapped[str] = mapped_column(ForeignKey("meters.meter_no"), unique=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    exchanged_on: Mapped[date]
    reason: Mapped[str]
    notified_on: Mapped[date | None]


class MeterTest(Base):
    """What a laboratory found of a meter: qualified or unqualified."""

    __tablename__ = "meter_tests"

    test_no: Mapped[str] = mapped_column(primary_key=True)
    meter_no: Mapped[str] = mapped_column(ForeignKey("meters.meter_no"), index=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    tested_on: Mapped[date]
    result: Mapped[str]
