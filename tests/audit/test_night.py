"""A night on both databases: lease, limits, notices, and going on after a kill."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.audit import Audit, AuditReport
from bot.audit.nightly import audit_once_a_day
from bot.audit.tables import AuditFinding
from bot.billing import load_tariffs
from bot.clock import FixedClock
from bot.conversations.tables import Delivery
from bot.customers.metering import Meter, MeterReading
from bot.customers.tables import Contact, CustomerAccount, CustomerAgreement, SupplyCommand
from bot.fieldwork import Fieldwork, NewTicket, load_service_levels
from bot.fieldwork.tables import TroubleTicket
from bot.settings import Settings
from bot.storage.daily import DailyJobs
from bot.storage.engine import Database
from tests.audit.conftest import LAST, NIGHT, audit_of
from tests.importing.conftest import importer
from tests.importing.generated import Supply, generate, write


@pytest.fixture
def town(any_db: Database, clock: FixedClock, tmp_path: Path) -> Supply:
    """Sixty customers with nothing wrong."""
    tables = tmp_path / "tables"
    tables.mkdir()
    supply = generate(60, LAST, 14)
    write(supply, tables, load_tariffs(), lambda customer: 4, NIGHT.date())
    importer(any_db, clock, tmp_path)(tables)
    return supply


def ending(db: Database, customer: str, day: date) -> None:
    with db.write() as session:
        session.execute(
            update(CustomerAgreement)
            .where(CustomerAgreement.account_no == customer)
            .values(ends_on=day, auto_renewal=False)
        )


def count(db: Database, table: type) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_quiet_night(any_db: Database, clock: FixedClock, town: Supply) -> None:
    report = audit_of(any_db, clock).run()
    assert (report.found.total(), report.opened, count(any_db, TroubleTicket)) == (0, 0, 0)


def test_an_agreement_is_told_of_at_60_and_at_30_days_and_once_each(
    any_db: Database, clock: FixedClock, town: Supply
) -> None:
    account = town.customers[0].account_no
    ending(any_db, account, date(2026, 12, 25))
    for days, opened in ((0, 1), (1, 0), (23, 1), (1, 0)):
        clock.advance(days=days)
        report = audit_of(any_db, clock).run()
        renewals = report.new["agreement_expiring"]
        assert renewals == opened, report
    with any_db.read() as session:
        texts = session.scalars(select(Delivery.text).order_by(Delivery.created_at)).all()
        told = session.scalars(select(TroubleTicket.description).where(TroubleTicket.kind == "agreement_renewal")).all()
    assert len(texts) == 2 and all(account[-4:] in text and account not in text for text in texts)
    assert len(told) == 2 and all("已用短信告诉客户" in text for text in told)


def test_without_a_phone_the_work_item_says_that_nobody_was_told(
    any_db: Database, clock: FixedClock, town: Supply
) -> None:
    account = town.customers[0].account_no
    ending(any_db, account, date(2026, 12, 25))
    with any_db.write() as session:
        session.execute(update(Contact).where(Contact.account_no == account).values(registered=False))
    audit_of(any_db, clock).run()
    with any_db.read() as session:
        (ticket,) = session.scalars(select(TroubleTicket))
    assert "没有登记手机" in ticket.description and count(any_db, Delivery) == 0


def test_customers_do_not_see_work_items_of_the_audit(any_db: Database, clock: FixedClock, town: Supply) -> None:
    account = town.customers[0].account_no
    ending(any_db, account, date(2026, 12, 25))
    audit_of(any_db, clock).run()
    assert count(any_db, TroubleTicket) == 1
    assert Fieldwork(any_db, clock, load_service_levels()).for_the_house(account) == []


def test_more_than_a_night_can_take_waits_for_the_next(any_db: Database, clock: FixedClock, town: Supply) -> None:
    for customer in town.customers[:5]:
        ending(any_db, customer.account_no, date(2026, 12, 25))
    audit = audit_of(any_db, clock)
    audit.rules = audit.rules.model_copy(update={"work_items_a_night": 2})
    assert [(r.opened, r.waiting) for r in (audit.run(), audit.run(), audit.run(), audit.run())] == [
        (2, 3),
        (2, 1),
        (1, 0),
        (0, 0),
    ]
    assert count(any_db, TroubleTicket) == 5


def test_a_killed_night_opens_no_second_ticket(any_db: Database, clock: FixedClock, town: Supply) -> None:
    """Killed after the ticket and before it was noted on its finding."""
    ending(any_db, town.customers[0].account_no, date(2026, 12, 25))
    audit_of(any_db, clock).run()
    with any_db.write() as session:
        session.execute(update(AuditFinding).values(ticket_no=None))
    audit_of(any_db, clock).run()
    assert (count(any_db, TroubleTicket), count(any_db, Delivery)) == (1, 1)
    with any_db.read() as session:
        assert session.scalars(select(AuditFinding.ticket_no)).all() != [None]


def test_no_use_is_no_wonder_where_supply_is_cut(any_db: Database, clock: FixedClock, town: Supply) -> None:
    """The newest reading is made that of the month before: zero use, until a disconnection explains it."""
    customer = next(c for c in town.customers if c.kind == "home")
    with any_db.write() as session:
        session.execute(
            update(MeterReading)
            .where(MeterReading.meter_no == customer.meter_no, MeterReading.read_on == LAST)
            .values(customer.registers[-2])
        )
    assert audit_of(any_db, clock).run().found == {"zero_use": 1}
    with any_db.write() as session:
        cut = SupplyCommand(
            command_no="1", account_no=customer.account_no, command="disconnect", reason="arrears", state="confirmed"
        )
        cut.at = clock.now() - timedelta(days=40)
        session.add(cut)
    assert audit_of(any_db, clock).run().found == {}


def test_a_meter_taken_down_is_not_missing(any_db: Database, clock: FixedClock, town: Supply) -> None:
    customer = town.customers[0]
    with any_db.write() as session:
        session.add(
            Meter(
                meter_no="gone",
                account_no=customer.account_no,
                usage_point=f"U{customer.number}",
                installed_on=date(2010, 1, 1),
                removed_on=date(2015, 3, 1),
            )
        )
        session.add(
            Meter(
                meter_no="forgotten",
                account_no=customer.account_no,
                usage_point=f"U{customer.number}",
                installed_on=date(2010, 1, 1),
            )
        )
    audit_of(any_db, clock).run()
    with any_db.read() as session:
        assert [(row.kind, row.subject) for row in session.scalars(select(AuditFinding))] == [
            ("reading_missing", "forgotten")
        ]


def test_changed_terms_without_a_ticket_are_found(any_db: Database, clock: FixedClock, town: Supply) -> None:
    audit_of(any_db, clock).run()
    silent, asked = town.by_kind("home")[:2]
    clock.advance(days=1)
    levels = load_service_levels()
    Fieldwork(any_db, clock, levels).open_ticket(
        NewTicket(kind="contract_change", request_key="k", account_no=asked.account_no)
    )
    with any_db.write() as session:
        for customer in (silent, asked):
            session.execute(update(Meter).where(Meter.account_no == customer.account_no).values(multiplier=2))
            session.execute(
                update(CustomerAccount)
                .where(CustomerAccount.account_no == customer.account_no)
                .values(tariff_code="residential_shared")
            )
    report = audit_of(any_db, clock).run()
    new = {kind: count for kind, count in report.new.items() if kind.endswith("changed")}
    assert new == {"multiplier_changed": 1, "tariff_changed": 1}
    assert audit_of(any_db, clock).run().new.total() == 0
    with any_db.read() as session:
        found = session.scalars(select(AuditFinding).where(AuditFinding.kind == "multiplier_changed")).all()
    assert [(row.account_no, row.facts) for row in found] == [(silent.account_no, {"old": "1", "new": "2"})]


class Night:
    """As much of a house as the nightly job asks for; its audit only counts."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.settings, self.clock, self.runs = Settings(audit_hour=5), clock, 0
        self.daily_jobs = DailyJobs(db, clock, timedelta(hours=2))
        self.fails = False

    @property
    def audit(self) -> Audit:
        return self  # type: ignore[return-value]

    def run(self, day: date) -> AuditReport:
        self.runs += 1
        if self.fails:
            raise RuntimeError("killed")
        return AuditReport(day, Counter(), Counter(), 0, 0)


def test_the_audit_runs_once_a_day_from_its_hour_on(any_db: Database, clock: FixedClock) -> None:
    night, other = Night(any_db, clock), Night(any_db, clock)
    clock.advance(minutes=-1)
    assert not audit_once_a_day(night)
    clock.advance(minutes=1)
    assert audit_once_a_day(night) and not audit_once_a_day(other) and not audit_once_a_day(night)
    clock.advance(hours=10)
    assert not audit_once_a_day(other)
    clock.advance(days=1)
    assert audit_once_a_day(other) and not audit_once_a_day(night)
    assert (night.runs, other.runs) == (1, 1)


def test_an_audit_whose_process_died_is_taken_over_when_its_lease_ends(any_db: Database, clock: FixedClock) -> None:
    night, other = Night(any_db, clock), Night(any_db, clock)
    night.fails = True
    with pytest.raises(RuntimeError):
        audit_once_a_day(night)
    assert not audit_once_a_day(other)
    clock.advance(hours=2)
    assert audit_once_a_day(other)
