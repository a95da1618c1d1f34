"""Seeds the demo customers: network, accounts, contacts, meters, agreements and what happened to their supply.

Idempotent: rows are merged by their keys, time-bound ones are dated again at each call. Use, bills and payments
are seeded by `bot.billing.demo`, because their figures come out of the tariff engine.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.clock import Clock, at_local, local, local_day
from bot.customers.demo_data import CutOffToday, DemoCustomer, Substation, load_customers, load_network
from bot.customers.metering import Meter
from bot.customers.tables import (
    CONFIRMED,
    DISCONNECT,
    FAILED,
    RECONNECT,
    AccountAlias,
    ArrearsNotice,
    Contact,
    CustomerAccount,
    CustomerAgreement,
    NetworkNode,
    ServiceLocation,
    SupplyCommand,
    UsagePoint,
)
from bot.storage.engine import Database

Progress = Callable[[str], None]
COPIED = (
    "holder",
    "state",
    "customer_class",
    "area",
    "supply_channel",
    "settlement_mode",
    "allowance_kwh",
    "special_care",
    "capacity_kva",
    "capacity_basis",
    "power_factor_standard",
    "voltage",
    "load_class",
    "critical_grade",
    "security_load_kw",
    "own_generation",
    "account_manager",
)
SIGNED = date(2023, 5, 18)
INSTALLED = date(2021, 3, 12)
READ_EVERY_MINUTES = 15


def quiet(_line: str) -> None:
    """The progress callback of those who do not want to hear."""


def moment_of(clock: Clock, today: date | None) -> datetime:
    """Now, or this time of day on the day asked for."""
    now = clock.now()
    if today is None or today == local_day(now):
        return now
    return datetime.combine(today, local(now).timetz())


def seed_customers(db: Database, clock: Clock, *, today: date | None = None, progress: Progress = quiet) -> None:
    now = moment_of(clock, today)
    network, customers = load_network(), load_customers()
    with db.write() as session:
        paths = _seed_network(session, network)
        for customer in customers:
            _seed_account(session, customer, paths, now)
            session.flush()
            _seed_events(session, customer, now)
    progress(f"demo customers: {len(customers)} accounts, {len(paths)} network nodes")


def recent(now: datetime, at: time, days_ago: int = 0, margin_minutes: int = 15) -> datetime:
    """That hour of today, or of yesterday where it has not passed yet."""
    instant = at_local(local_day(now) - timedelta(days=days_ago), at.hour, at.minute)
    return instant if instant <= now - timedelta(minutes=margin_minutes) else instant - timedelta(days=1)


Path = dict[str, str | None]


def _seed_network(session: Session, network: list[Substation]) -> dict[str, Path]:
    """Merges the nodes and answers the path of each transformer and box."""
    paths: dict[str, Path] = {}
    for node, path in _nodes(network):
        session.merge(node)
        paths[node.code] = path
    return paths


def _nodes(network: list[Substation]) -> Iterator[tuple[NetworkNode, Path]]:
    for s in network:
        path: Path = {"substation": s.code}
        yield NetworkNode(code=s.code, level="substation", name=s.name, parent=None), path
        for f in s.feeders:
            path = {"substation": s.code, "feeder": f.code}
            yield NetworkNode(code=f.code, level="feeder", name=f.name, parent=s.code), path
            for section in f.sections:
                lower = path | {"section": section.code}
                yield NetworkNode(code=section.code, level="section", name=section.name, parent=f.code), lower
                for t in section.transformers:
                    under = lower | {"transformer": t.code}
                    yield (
                        NetworkNode(
                            code=t.code,
                            level="transformer",
                            name=t.name,
                            parent=section.code,
                            owner=t.owner,
                            manager=t.manager,
                            manager_phone=t.manager_phone,
                        ),
                        under,
                    )
                    for branch in t.branches:
                        yield NetworkNode(code=branch.code, level="branch", name=branch.name, parent=t.code), under
                        for box in branch.boxes:
                            full = under | {"branch": branch.code, "box": box}
                            yield NetworkNode(code=box, level="box", name=box, parent=branch.code), full


def _seed_account(session: Session, customer: DemoCustomer, paths: dict[str, Path], now: datetime) -> None:
    today = local_day(now)
    many_until = date(today.year, 12, 31) if customer.household_of_many else None
    account = CustomerAccount(
        account_no=customer.account_no,
        tariff_code=customer.tariff,
        opened_on=SIGNED,
        steps=customer.tariff in ("residential_steps", "residential_time_of_use"),
        household_of_many_until=many_until,
        **{name: getattr(customer, name) for name in COPIED},
    )
    session.merge(account)
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
    _seed_contacts(session, customer, today)
    session.merge(_agreement(customer, today))
    _seed_points(session, customer, paths, now)


def _seed_contacts(session: Session, customer: DemoCustomer, today: date) -> None:
    session.merge(
        Contact(
            account_no=customer.account_no,
            phone=customer.registered_phone,
            registered=True,
            name=customer.contact_name or customer.holder,
            role="agent" if customer.contact_name else "holder",
        )
    )
    for contact in customer.contacts:
        until = today + timedelta(days=contact.consent_days) if contact.consent_days else None
        session.merge(
            Contact(
                account_no=customer.account_no,
                phone=contact.phone,
                name=contact.name,
                role=contact.role,
                registered=False,
                consent_until=until,
            )
        )


def _agreement(customer: DemoCustomer, today: date) -> CustomerAgreement:
    ends = None
    if customer.situation.agreement_ends == "next_month":
        ends = (today.replace(day=1) + timedelta(days=32)).replace(day=20)
    return CustomerAgreement(
        agreement_no="HT" + customer.account_no,
        account_no=customer.account_no,
        kind="residential" if customer.customer_class == "residential" else customer.voltage,
        signed_on=SIGNED,
        ends_on=ends,
        auto_renewal=ends is None,
        parts=["boundary", "settlement"],
    )


def _seed_points(session: Session, customer: DemoCustomer, paths: dict[str, Path], now: datetime) -> None:
    for role, node in (("main", customer.box or customer.transformer), ("backup", customer.second_transformer)):
        if node:
            code = f"{customer.account_no}-{1 if role == 'main' else 2}"
            point = {"box": None, "branch": None} | paths[node]
            session.merge(
                UsagePoint(code=code, account_no=customer.account_no, role=role, phase=customer.phase, **point)
            )
    session.flush()
    if customer.use is not None:
        _seed_meters(session, customer, now)


def _seed_meters(session: Session, customer: DemoCustomer, now: datetime) -> None:
    exchanged = customer.situation.meter_exchanged
    changed_on = exchange_day(local_day(now)) if exchanged else None
    shared = {
        "account_no": customer.account_no,
        "usage_point": f"{customer.account_no}-1",
        "multiplier": customer.multiplier,
    }
    installed = changed_on or INSTALLED
    session.merge(Meter(meter_no=customer.meter_no, installed_on=installed, last_seen=_seen(customer, now), **shared))
    if exchanged:
        session.merge(Meter(meter_no=exchanged.old_meter, installed_on=INSTALLED, removed_on=changed_on, **shared))


def exchange_day(today: date) -> date:
    """The day a demo meter was exchanged: the 16th of the newest month whose bill (out on the 2nd) has been issued."""
    last_end = (today - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return last_end.replace(day=16)


def _seen(customer: DemoCustomer, now: datetime) -> datetime:
    silent = customer.situation.meter_silent
    if silent and silent.since:
        return recent(now, silent.since, margin_minutes=60)
    if silent and silent.minutes:
        return now - timedelta(minutes=silent.minutes)
    return now - timedelta(minutes=now.minute % READ_EVERY_MINUTES, seconds=now.second, microseconds=now.microsecond)


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
    )


def _notice(customer: DemoCustomer, kind: str, medium: str, at: datetime, delivered: bool = True) -> ArrearsNotice:
    number = f"{customer.account_no}-{kind}-{local_day(at):%Y%m%d}"
    return ArrearsNotice(
        notice_no=number, account_no=customer.account_no, kind=kind, medium=medium, at=at, delivered=delivered
    )
