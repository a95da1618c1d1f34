"""Seeds the demo customers: network, accounts, contacts, meters, agreements and what happened to their supply.

Idempotent: rows are merged by their keys, time-bound ones are dated again at each call. Use, bills and payments
are seeded by `bot.billing.demo`, because their figures come out of the tariff engine.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.clock import Clock, at_local, local_day
from bot.customers.demo_agreements import seed_agreement
from bot.customers.demo_data import CutOffToday, DemoCustomer, load_customers, load_network
from bot.customers.demo_dates import exchange_day, last_month_of_name, moment_of, recent
from bot.customers.demo_network import Path, seed_network, seed_supply
from bot.customers.demo_people import seed_people
from bot.customers.tables import (
    CONFIRMED,
    DISCONNECT,
    FAILED,
    RECONNECT,
    SENT,
    AccountAlias,
    ArrearsNotice,
    CustomerAccount,
    ServiceLocation,
    SupplyCommand,
)
from bot.storage.engine import Database

__all__ = ["Progress", "cut_off_times", "cut_time", "exchange_day", "moment_of", "quiet", "recent", "seed_customers"]
Progress = Callable[[str], None]
COPIED = (
    "holder",
    "household_persons",
    "state",
    "customer_class",
    "area",
    "supply_channel",
    "settlement_mode",
    "tariff_class",
    "tariff_form",
    "allowance_kwh",
    "special_care",
    "capacity_kva",
    "capacity_basis",
    "power_factor_standard",
    "voltage",
    "supply_form",
    "load_class",
    "critical_grade",
    "critical_document",
    "critical_since",
    "security_load_kw",
    "own_generation",
    "distributed",
    "distributed_kw",
    "account_manager",
)
SIGNED = date(2023, 5, 18)


def quiet(_line: str) -> None:
    """The progress callback of those who do not want to hear."""


def seed_customers(db: Database, clock: Clock, *, today: date | None = None, progress: Progress = quiet) -> None:
    now = moment_of(clock, today)
    network, customers = load_network(), load_customers()
    with db.write() as session:
        paths = seed_network(session, network)
        for customer in customers:
            _seed_account(session, customer, paths, now)
            session.flush()
            _seed_events(session, customer, now)
    progress(f"demo customers: {len(customers)} accounts, {len(paths)} network nodes")


def _seed_account(session: Session, customer: DemoCustomer, paths: dict[str, Path], now: datetime) -> None:
    today = local_day(now)
    many_until = date(today.year, 12, 31) if customer.household_of_many else None
    died = customer.situation.holder_died
    account = CustomerAccount(
        account_no=customer.account_no,
        tariff_code=customer.tariff,
        opened_on=SIGNED,
        steps=customer.tariff in ("residential_steps", "residential_time_of_use"),
        household_of_many_until=many_until,
        holder_deceased_on=last_month_of_name(today, died.month, died.day) if died else None,
        **{name: getattr(customer, name) for name in COPIED},
    )
    account = session.merge(account)
    session.flush()
    for alias in customer.former_numbers:
        session.merge(AccountAlias(alias=alias, account_no=customer.account_no))
    session.merge(
        ServiceLocation(
            account_no=customer.account_no,
            address=customer.address,
            village=customer.village,
            station=customer.station,
        )
    )
    seed_people(session, customer, now)
    seed_agreement(session, customer, account, SIGNED, today)
    seed_supply(session, customer, paths, exchange_day(today), now)


def _seed_events(session: Session, customer: DemoCustomer, now: datetime) -> None:
    for table in (SupplyCommand, ArrearsNotice):
        session.execute(delete(table).where(table.account_no == customer.account_no))
    situation = customer.situation
    if situation.disconnected:
        cut = cut_time(customer, local_day(now))
        assert cut is not None
        session.add(_command(customer, 1, DISCONNECT, CONFIRMED, cut))
        days_and_kinds = ((37, "dunning", "sms"), (21, "dunning", "phone"), (5, "written", "door"))
        for days, kind, medium in days_and_kinds:
            session.add(_notice(customer, kind, medium, cut - timedelta(days=days)))
        session.add(_notice(customer, "half_hour", "phone", cut - timedelta(minutes=30)))
    if situation.cut_off_today:
        _seed_cut_off_today(session, customer, now)
    if situation.warned:
        warned = recent(now, situation.warned.at, situation.warned.days_ago)
        session.add(_notice(customer, "low_balance", "sms", warned, situation.warned.delivered))


def _seed_cut_off_today(session: Session, customer: DemoCustomer, now: datetime) -> None:
    story = customer.situation.cut_off_today
    assert story is not None
    cut, paid = cut_off_times(story, now)
    session.add(_notice(customer, "low_balance", "sms", cut - timedelta(days=1)))
    session.add(_notice(customer, "half_hour", "sms", cut - timedelta(minutes=30)))
    session.add(_command(customer, 1, DISCONNECT, CONFIRMED, cut))
    for attempt in range(story.reconnection_failed):
        session.add(_command(customer, 2 + attempt, RECONNECT, FAILED, paid + timedelta(minutes=3 + 12 * attempt)))
    again = paid + timedelta(minutes=5 + 12 * (story.reconnection_failed - 1))
    session.add(_command(customer, 2 + story.reconnection_failed, RECONNECT, SENT, again))


def cut_time(customer: DemoCustomer, today: date) -> datetime | None:
    """When the supply of a customer who stays cut off was cut."""
    cut = customer.situation.disconnected
    return at_local(today - timedelta(days=cut.days_ago), cut.at.hour, cut.at.minute) if cut else None


def cut_off_times(story: CutOffToday, now: datetime) -> tuple[datetime, datetime]:
    """When supply was cut and when it was paid for: this morning, or within the last hours while it is still early."""
    today = local_day(now)
    cut = at_local(today, story.cut_at.hour, story.cut_at.minute)
    paid = at_local(today, story.paid_at.hour, story.paid_at.minute)
    early = max(paid + timedelta(minutes=30) - now, timedelta())
    return cut - early, paid - early


def _command(customer: DemoCustomer, number: int, command: str, state: str, at: datetime) -> SupplyCommand:
    return SupplyCommand(
        command_no=f"{customer.account_no}-{number}",
        account_no=customer.account_no,
        command=command,
        reason="arrears",
        state=state,
        at=at,
        settled_at=None if state == SENT else at + timedelta(minutes=1),
    )


def _notice(customer: DemoCustomer, kind: str, medium: str, at: datetime, delivered: bool = True) -> ArrearsNotice:
    number = f"{customer.account_no}-{kind}-{local_day(at):%Y%m%d}"
    return ArrearsNotice(
        notice_no=number, account_no=customer.account_no, kind=kind, medium=medium, at=at, delivered=delivered
    )
