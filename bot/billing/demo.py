"""Seeds readings, bills and payments of the demo customers, whose accounts are there already.

Every figure of a bill comes out of the tariff engine. What hangs on the day is made anew when the day (or the data)
has changed; what hangs on the hour at each call.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.billing.demo_bills import Case, bill_row, story_of
from bot.billing.demo_data import DemoBillingFile, load_demo_billing
from bot.billing.demo_export import settlements_of
from bot.billing.demo_payments import invoices_of, payments_of, recent_payments
from bot.billing.demo_readings import reading_rows
from bot.billing.tables import Bill, BillingTerms, BillLine, ExportSettlement, Invoice, Payment, ReadingRoute
from bot.billing.tariffs import TARIFFS, Tariffs, load_tariffs
from bot.clock import Clock, local_day
from bot.customers.demo import Progress, moment_of, quiet, seed_customers
from bot.customers.demo_data import DemoCustomer, fingerprint, load_customers
from bot.customers.metering import AUTO, Meter, MeterReading
from bot.customers.tables import CustomerAccount, DemoSeed
from bot.storage.engine import Database
from bot.supplier.climate import CLIMATE, Climate, load_climate

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
        climate, extra = load_climate(), load_demo_billing()
        _seed_routes(db, extra)
        for number, customer in enumerate(customers, 1):
            _seed_one(db, _case(db, extra, prices, climate, customer, now), now)
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
    return fingerprint() + fingerprint(TARIFFS) + fingerprint(TARIFFS / "agency") + fingerprint(CLIMATE.parent)


def _seed_routes(db: Database, extra: DemoBillingFile) -> None:
    with db.write() as session:
        for route in extra.routes:
            session.merge(ReadingRoute(**route.model_dump()))


def _case(
    db: Database, extra: DemoBillingFile, tariffs: Tariffs, climate: Climate, customer: DemoCustomer, now: datetime
) -> Case:
    """Everything that decides the bills of one customer; its terms are merged into the database."""
    billing = extra.of(customer.account_no)
    if billing.shares:
        customer = customer.model_copy(update={"shares": billing.shares})
    routes = {route.route_no: route for route in extra.routes}
    by_station = {route.station: route for route in extra.routes if route.method == AUTO}
    route = routes[billing.route] if billing.route else by_station[customer.station]
    terms = billing.terms.model_dump() if billing.terms else {}
    with db.write() as session:
        account = session.get_one(CustomerAccount, customer.account_no)
        special = session.merge(BillingTerms(account_no=customer.account_no, route_no=route.route_no, **terms))
        session.flush()
    return Case(customer, billing, account, special, route.method, tariffs, climate, local_day(now))


def _seed_one(db: Database, case: Case, now: datetime) -> None:
    story = story_of(case)
    with db.write() as session:
        _clear(session, case.customer)
        session.execute(insert(MeterReading), reading_rows(case, story, now))
        bills = [bill_row(case, each, newest=each is story.periods[-1]) for each in story.periods]
        session.add_all(bills)
        session.flush()
        session.add_all(payments_of(session, case, bills, now))
        session.add_all([*invoices_of(case, bills), *settlements_of(case, story.periods)])


def _clear(session: Session, customer: DemoCustomer) -> None:
    meters = select(Meter.meter_no).where(Meter.account_no == customer.account_no)
    bills = select(Bill.bill_no).where(Bill.account_no == customer.account_no)
    session.execute(delete(MeterReading).where(MeterReading.meter_no.in_(meters)))
    session.execute(delete(Invoice).where(Invoice.account_no == customer.account_no))
    session.execute(delete(ExportSettlement).where(ExportSettlement.account_no == customer.account_no))
    session.execute(delete(BillLine).where(BillLine.bill_no.in_(bills)))
    session.execute(delete(Bill).where(Bill.account_no == customer.account_no))
    session.execute(delete(Payment).where(Payment.account_no == customer.account_no))


def _seed_recent(session: Session, customers: Sequence[DemoCustomer], now: datetime) -> None:
    for customer in customers:
        for payment in recent_payments(session, customer, now):
            session.merge(payment)
