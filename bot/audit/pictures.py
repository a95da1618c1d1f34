"""Everything the audit looks at of one account, read for many accounts at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.billing.tables import Bill, BillingTerms, ReadingRoute
from bot.customers.metering import MONTH, Meter, MeterExchange, MeterReading
from bot.customers.network import MAIN, SupplyPoint, UsagePoint
from bot.customers.tables import CustomerAccount, CustomerAgreement, SupplyCommand
from bot.storage.engine import Database

CHUNK = 1000
HISTORY = timedelta(days=460)  # this month of last year, and the reading before it
T = TypeVar("T")


class Read(NamedTuple):
    """A meter reading, as far as the audit looks at it: no row of the mapper, there are millions of them."""

    meter_no: str
    read_on: date
    kind: str
    total: Decimal
    sharp: Decimal
    peak: Decimal
    flat: Decimal
    valley: Decimal


@dataclass
class Picture:
    """`readings` by meter, oldest first: those at the ends of periods and at exchanges.

    `exchanged`: the days on which a meter was exchanged. `billed`: the months that have a bill.
    `neighbourhood`: the transformer that feeds the account.
    """

    account: CustomerAccount
    meters: list[Meter] = field(default_factory=list)
    exchanged: set[date] = field(default_factory=set)
    readings: dict[str, list[Read]] = field(default_factory=dict)
    billed: set[date] = field(default_factory=set)
    agreements: list[CustomerAgreement] = field(default_factory=list)
    route: ReadingRoute | None = None
    neighbourhood: str = ""
    cut: bool = False


def pictures(db: Database, day: date) -> Iterator[list[Picture]]:
    """All accounts in the order of their numbers, some at a time. Readings after `day` are not looked at."""
    last = ""
    while True:
        with db.read() as session:
            accounts = list(
                session.scalars(
                    select(CustomerAccount)
                    .where(CustomerAccount.account_no > last)
                    .order_by(CustomerAccount.account_no)
                    .limit(CHUNK)
                )
            )
            if not accounts:
                return
            found = _fill(session, {account.account_no: Picture(account) for account in accounts}, day)
        yield found
        last = accounts[-1].account_no


def _fill(session: Session, found: dict[str, Picture], day: date) -> list[Picture]:
    numbers = list(found)
    for meter in _of(session, Meter, numbers):
        found[meter.account_no].meters.append(meter)
    for exchange in _of(session, MeterExchange, numbers):
        found[exchange.account_no].exchanged.add(exchange.exchanged_on)
    _add_readings(session, found, day)
    billed = select(Bill.account_no, Bill.month).where(Bill.account_no.in_(numbers), Bill.month > day - HISTORY)
    for account_no, month in session.execute(billed):
        found[account_no].billed.add(month)
    for agreement in _of(session, CustomerAgreement, numbers):
        found[agreement.account_no].agreements.append(agreement)
    routes = select(BillingTerms.account_no, ReadingRoute).join(ReadingRoute)
    for account_no, route in session.execute(routes.where(BillingTerms.account_no.in_(numbers))):
        found[account_no].route = route
    _add_supply(session, found)
    return list(found.values())


def _add_readings(session: Session, found: dict[str, Picture], day: date) -> None:
    exchange_days = {each for picture in found.values() for each in picture.exchanged}
    query = (
        select(Meter.account_no, *(getattr(MeterReading, name) for name in Read._fields))
        .join(Meter, Meter.meter_no == MeterReading.meter_no)
        .where(Meter.account_no.in_(list(found)), MeterReading.read_on > day - HISTORY, MeterReading.read_on <= day)
        .where(or_(MeterReading.kind == MONTH, MeterReading.read_on.in_(exchange_days)))
        .order_by(MeterReading.meter_no, MeterReading.read_on, MeterReading.kind)
    )
    for account_no, *values in session.execute(query):
        picture, reading = found[account_no], Read(*values)
        if reading.kind != MONTH and reading.read_on not in picture.exchanged:
            continue
        line = picture.readings.setdefault(reading.meter_no, [])
        if not line or line[-1].read_on != reading.read_on:
            line.append(reading)


def _add_supply(session: Session, found: dict[str, Picture]) -> None:
    ways = select(UsagePoint.account_no, SupplyPoint.transformer).join(SupplyPoint)
    for account_no, transformer in session.execute(
        ways.where(UsagePoint.account_no.in_(list(found)), SupplyPoint.role == MAIN)
    ):
        found[account_no].neighbourhood = transformer or ""
    commands = select(SupplyCommand.account_no, SupplyCommand.command).where(
        SupplyCommand.account_no.in_(list(found)), SupplyCommand.state == "confirmed"
    )
    for account_no, command in session.execute(commands.order_by(SupplyCommand.at)):
        found[account_no].cut = command == "disconnect"


def _of(session: Session, table: type[T], numbers: Sequence[str]) -> list[T]:
    columns: Any = table
    return list(session.scalars(select(table).where(columns.account_no.in_(numbers))))
