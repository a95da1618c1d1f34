"""Seeds readings, bills and payments of the demo customers, whose accounts are there already.

Every figure of a bill comes out of the tariff engine. What hangs on the day is made anew when the day (or the data)
has changed; what hangs on the hour at each call.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.billing.demo_bills import bill_row, story_of
from bot.billing.demo_payments import payments_of, recent_payments
from bot.billing.demo_readings import reading_rows
from bot.billing.tables import Bill, BillLine, Payment
from bot.billing.tariffs import TARIFFS, Tariffs, load_tariffs
from bot.clock import Clock, local_day
from bot.customers.demo import Progress, moment_of, quiet, seed_customers
from bot.customers.demo_data import Climate, DemoCustomer, fingerprint, load_climate, load_customers
from bot.customers.metering import Meter, MeterReading
from bot.customers.tables import CustomerAccount, DemoSeed
from bot.storage.engine import Database

PART = "billing"


def seed(db: Database, clock: Clock, *, today: date | None = None, progress: Progress = quiet) -> None:
    """Makes or re-dates all demo rows of customers and billing."""
    seed_customers(db, clock, today=today, progress=progress)
    seed_billing(db, clock, today=today, progress=progress)


def seed_billing(db: Database, clock: Clock, *, today: date | None = None, progress: Progress = quiet) -> None:
    """Call `seed_customers` first."""
    prices, now = load_tariffs(), moment_of(clock, today)
    customers = [customer for customer in load_customers() if customer.use is not None]
    if not _is_dated(db, now):
        climate = load_climate()
        for number, customer in enumerate(customers, 1):
            _seed_one(db, prices, climate, customer, now)
            progress(f"demo bills: {number} of {len(customers)}")
        _mark_dated(db, now)
    with db.write() as session:
        _seed_recent(session, customers, now)


def _is_dated(db: Database, now: datetime) -> bool:
    with db.read() as session:
        mark = session.get(DemoSeed, PART)
    return mark is not None and (mark.dated_for, mark.content) == (local_day(now), _content())


def _mark_dated(db: Database, now: datetime) -> None:
    with db.write() as session:
        session.merge(DemoSeed(part=PART, dated_for=local_day(now), content=_content()))


def _content() -> str:
    return fingerprint() + fingerprint(TARIFFS)


def _seed_one(db: Database, tariffs: Tariffs, climate: Climate, customer: DemoCustomer, now: datetime) -> None:
    with db.read() as session:
        account = session.get_one(CustomerAccount, customer.account_no)
    today = local_day(now)
    story = story_of(customer, account, tariffs, climate, today)
    with db.write() as session:
        _clear(session, customer)
        session.execute(insert(MeterReading), reading_rows(customer, story, now))
        newest = story.periods[-1]
        bills = [
            bill_row(customer, account, tariffs, each, newest=each is newest, today=today) for each in story.periods
        ]
        session.add_all(bills)
        session.flush()
        session.add_all(payments_of(session, tariffs, customer, account, bills, now))


def _clear(session: Session, customer: DemoCustomer) -> None:
    meters = select(Meter.meter_no).where(Meter.account_no == customer.account_no)
    bills = select(Bill.bill_no).where(Bill.account_no == customer.account_no)
    session.execute(delete(MeterReading).where(MeterReading.meter_no.in_(meters)))
    session.execute(delete(BillLine).where(BillLine.bill_no.in_(bills)))
    session.execute(delete(Bill).where(Bill.account_no == customer.account_no))
    session.execute(delete(Payment).where(Payment.account_no == customer.account_no))


def _seed_recent(session: Session, customers: Sequence[DemoCustomer], now: datetime) -> None:
    for customer in customers:
        for payment in recent_payments(session, customer, now):
            session.merge(payment)
