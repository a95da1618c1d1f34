"""The demo customers really are in the situation their story tells, on whatever day they are seeded."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from bot.billing import Billing, load_tariffs
from bot.billing.demo import seed
from bot.billing.tables import Bill, BillLine, ExportSettlement, Payment
from bot.clock import FixedClock, at_local, local_day
from bot.customers.metering import DAY, MONTH, Meter, MeterReading
from bot.customers.tables import CustomerAccount
from bot.identity import Identity, VerifiedAccount
from bot.settings import Settings
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.demo_data import SECRET, Phones, prove

DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1), date(2026, 5, 31), date(2026, 8, 15), date(2028, 2, 29)]


class World:
    """Everything seeded on one day, with proofs to hand."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.db, self.clock, self.phones = db, clock, Phones()
        self.today = local_day(clock.now())
        self.identity = Identity(db, clock, Settings(demo=True), self.phones, SECRET)
        self.billing = Billing(db, clock, load_tariffs(), load_climate())

    def proof(self, tail: str) -> VerifiedAccount:
        return prove(self.identity, self.phones, f"4100000{tail}")


@pytest.fixture(params=DAYS, ids=str)
def world(request: pytest.FixtureRequest, db: Database) -> World:
    clock = FixedClock(at_local(request.param, 9, 30))
    seed(db, clock)
    return World(db, clock)


def test_the_stories_hold_on_any_day(world: World) -> None:
    billing = world.billing
    told = billing.explain_high(world.proof("017"))
    assert told is not None and told.before.times == Decimal("2.1")
    newest, before = told.before.newest, told.before.reference
    assert abs(newest.amount - before.amount * Decimal("2.1")) <= Decimal("0.02")
    assert billing.balance(world.proof("017")).ledger.owed == ()

    arrears = billing.arrears(world.proof("025"))
    assert arrears is not None
    assert arrears.days_overdue == 41
    assert arrears.supply.cut_at == at_local(world.today - timedelta(days=1), 9, 40)

    status = billing.payment_status(world.proof("033"))
    newest = status.payments[0]
    assert (newest.channel, newest.posted_at) == ("wechat", None)
    assert newest.paid_at == world.clock.now() - timedelta(minutes=10)
    assert status.owed == newest.amount
    assert billing.arrears(world.proof("033")) is None

    industrial = billing.bill(world.proof("074"))
    assert industrial is not None and industrial.bill.power_factor == Decimal("0.82")
    assert [line.amount > 0 for line in industrial.bill.lines if line.kind == "power_factor"] == [True]

    assert billing.balance(world.proof("140")).amount == Decimal("14.20")
    assert billing.balance(world.proof("132")).amount == Decimal("43.60")


def test_every_bill_is_the_sum_of_its_lines_and_of_its_readings(world: World) -> None:
    with world.db.read() as session:
        bills = list(session.scalars(select(Bill)))
        assert all(bill.amount == sum(line.amount for line in bill.lines) for bill in bills)
        assert all(bill.issued_on <= world.today < bill.issued_on + timedelta(days=1200) for bill in bills)
        for account_no in session.scalars(select(Bill.account_no).distinct()):
            mine = sorted((bill for bill in bills if bill.account_no == account_no), key=lambda b: b.month)
            assert len(mine) >= 24
            assert all(b.period_start == a.period_end + timedelta(days=1) for a, b in pairwise(mine))
            assert mine[-1].kwh == _metered(session, account_no, mine[-1])


def _metered(session, account_no: str, bill: Bill) -> Decimal:  # type: ignore[no-untyped-def]
    total, kind = Decimal(0), MONTH if bill.method == "manual" else DAY
    for meter in session.scalars(select(Meter).where(Meter.account_no == account_no)):
        first = bill.period_start - timedelta(days=1)
        readings = session.scalars(
            select(MeterReading)
            .where(MeterReading.meter_no == meter.meter_no, MeterReading.kind == kind)
            .where(MeterReading.read_on >= first, MeterReading.read_on <= bill.period_end)
            .order_by(MeterReading.read_on)
        ).all()
        if readings:
            total += (readings[-1].total - readings[0].total) * meter.multiplier
    return total


def test_seeding_again_changes_nothing(seeded: Database, clock: FixedClock) -> None:
    def snapshot() -> list[object]:
        with seeded.read() as session:
            tables = (Bill, BillLine, Payment, MeterReading, CustomerAccount)
            counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
            amounts = session.execute(select(Bill.bill_no, Bill.amount).order_by(Bill.bill_no)).all()
            columns = (Payment.payment_no, Payment.amount, Payment.paid_at)
            return [*counts, *amounts, *session.execute(select(*columns).order_by(Payment.payment_no)).all()]

    before = snapshot()
    seed(seeded, clock)
    assert snapshot() == before


def test_the_next_hour_redates_what_hangs_on_the_hour(
    seeded: Database, clock: FixedClock, identity: Identity, phones: Phones, billing: Billing
) -> None:
    clock.advance(hours=1)
    seed(seeded, clock)
    payments = billing.payment_status(prove(identity, phones, "4100000033")).payments
    assert payments[0].paid_at == clock.now() - timedelta(minutes=10)
    assert len([p for p in payments if p.posted_at is None]) == 1


def test_the_next_day_redates_the_overdue_bill(seeded: Database, clock: FixedClock) -> None:
    clock.advance(days=9)
    seed(seeded, clock)
    arrears = World(seeded, clock).billing.arrears(World(seeded, clock).proof("025"))
    assert arrears is not None and arrears.days_overdue == 41


def test_another_day_may_be_asked_for(db: Database, clock: FixedClock) -> None:
    lines: list[str] = []
    seed(db, clock, today=date(2026, 7, 10), progress=lines.append)
    with db.read() as session:
        assert session.scalar(select(func.max(Bill.issued_on))) == date(2026, 7, 2)
    assert any("24" in line for line in lines)


def test_summer_and_winter_use_more_than_spring(seeded: Database) -> None:
    with seeded.read() as session:
        rows = session.execute(select(Bill.month, Bill.kwh).where(Bill.account_no == "4100000041")).all()
    by_month = {month: kwh for month, kwh in rows if month.year == 2026}
    assert by_month[date(2026, 7, 1)] > by_month[date(2026, 4, 1)] < by_month[date(2026, 1, 1)]


def test_an_exchanged_meter_leaves_both_readings_and_the_refund(seeded: Database) -> None:
    with seeded.read() as session:
        mine = select(Meter).where(Meter.account_no == "4100000207")
        old, new = session.scalars(mine.order_by(Meter.installed_on)).all()
        assert old.removed_on == new.installed_on
        started = session.get(MeterReading, (new.meter_no, DAY, new.installed_on))
        ended = session.get(MeterReading, (old.meter_no, DAY, new.installed_on))
        assert started is not None and started.total == 0
        assert ended is not None and ended.total > 0
        assert session.get(MeterReading, (new.meter_no, MONTH, date(2026, 10, 31))) is not None
        refund = session.scalars(select(BillLine).where(BillLine.kind == "refund")).one()
        assert refund.amount == Decimal("-38.64")


def test_who_was_cut_off_uses_nothing_more(
    seeded: Database, clock: FixedClock, identity: Identity, phones: Phones, billing: Billing
) -> None:
    *_, before, on_the_day = billing.usage(prove(identity, phones, "4100000025")).days
    assert on_the_day.day == date(2026, 11, 23)
    assert on_the_day.kwh < before.kwh / 2


def test_an_estimated_reading_is_made_up_for_by_the_next(seeded: Database) -> None:
    with seeded.read() as session:
        bills = session.scalars(select(Bill).where(Bill.account_no == "4100000256").order_by(Bill.month)).all()
    assert [bill.method for bill in bills[-3:]] == ["manual", "estimated", "manual"]
    assert bills[-2].kwh < bills[-3].kwh and bills[-1].kwh > bills[-3].kwh


def test_exported_energy_is_settled_and_the_newest_is_on_its_way(seeded: Database) -> None:
    with seeded.read() as session:
        mine = select(ExportSettlement).where(ExportSettlement.account_no == "4100000181")
        settlements = session.scalars(mine.order_by(ExportSettlement.month)).all()
        meter = session.scalars(select(Meter).where(Meter.account_no == "4100000181")).one()
        ends = [session.get(MeterReading, (meter.meter_no, MONTH, s.period_end)) for s in settlements[-2:]]
    assert [s.state for s in settlements[-2:]] == ["paid", "pending"] and len(settlements) >= 24
    assert ends[0] and ends[1] and ends[1].exported - ends[0].exported == settlements[-1].kwh > 300


def test_every_line_says_where_it_comes_from(seeded: Database) -> None:
    with seeded.read() as session:
        lines = session.scalars(select(BillLine)).all()
    assert all(line.source and line.source_date and line.mark in ("V", "K", "demo") for line in lines)
    assert {line.kind for line in lines} == {
        "step", "time_of_use", "energy", "allowance", "fund", "capacity", "demand", "power_factor", "refund"
    }  # fmt: skip
