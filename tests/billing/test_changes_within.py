"""What changes within a period: prices, the tariff itself, the meter; and periods of two months. Checked by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import load_tariffs
from bot.billing.books import bill_lines, check_bill
from bot.billing.engine import Priced, Terms, Use, price_period
from bot.billing.explain import Factor, compare
from bot.billing.measured import exchanged_within, measured_uses, meter_spans
from bot.billing.stretches import Stretch, price_by_version, price_stretches, split
from bot.billing.tables import Bill
from bot.billing.tariffs import Capacity, Tariffs
from bot.billing.terms import terms_of
from bot.customers.metering import Meter, MeterExchange, MeterReading
from bot.customers.network import UsagePoint
from bot.customers.tables import CustomerAccount
from bot.storage.engine import Database

TARIFFS = load_tariffs()
NEW_YEAR, JULY, JULY_END, CHANGE = date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 31), date(2026, 7, 11)
KWH = st.decimals(min_value=0, max_value=900, places=2)


def dearer(code: str = "residential_steps", by: str = "0.04") -> Tariffs:
    """The same tariffs, with every step dearer from 11 July 2026 on."""
    tariff = TARIFFS.get(code)
    (old,) = tariff.versions
    steps = [step.model_copy(update={"price": step.price + Decimal(by)}) for step in old.steps]
    new = old.model_copy(update={"effective_from": CHANGE, "steps": steps})
    changed = tariff.model_copy(update={"versions": [old, new]})
    return replace(TARIFFS, by_code={**TARIFFS.by_code, code: changed})


def told(priced: Priced) -> list[tuple[str, str, str, str]]:
    return [
        (str(line.kind), f"{line.quantity.normalize():f}", f"{line.unit_price.normalize():f}", f"{line.amount}")
        for line in priced.lines
    ]


def bill(use: Use, priced: Priced, code: str = "residential_steps") -> Bill:
    row = Bill(
        bill_no=f"b{use.end}",
        account_no="4109990001",
        month=use.end.replace(day=1),
        period_start=use.start,
        period_end=use.end,
        kwh=use.kwh,
        kwh_before=use.before,
        amount=priced.total,
        tariff_code=code,
        lines=bill_lines(priced.lines),
    )
    check_bill(row)
    return row


def test_new_prices_within_a_period_share_the_use_by_days() -> None:
    # 310 kWh in 31 days: 10 days at 0.56 are 100 kWh = 56.00, 21 days at 0.60 are 210 kWh = 126.00.
    priced = price_by_version(dearer(), "residential_steps", Use(JULY, JULY_END, {"flat": Decimal(310)}), Terms())
    assert told(priced) == [("step", "100", "0.56", "56.00"), ("step", "210", "0.6", "126.00")]
    assert [line.origin.since for line in priced.lines] == [date(2012, 7, 1), CHANGE]


def test_where_each_day_was_read_the_days_themselves_count() -> None:
    # 30 kWh a day up to the 10th, 1 kWh a day after: 300 x 0.56 = 168.00, 21 x 0.60 = 12.60.
    by_day = {date(2026, 7, n): {"flat": Decimal(30 if n <= 10 else 1)} for n in range(1, 32)}
    use = Use(JULY, JULY_END, {"flat": Decimal(321)})
    priced = price_by_version(dearer(), "residential_steps", use, Terms(), by_day=by_day)  # type: ignore[arg-type]
    assert told(priced) == [("step", "300", "0.56", "168.00"), ("step", "21", "0.6", "12.60")]


def test_the_ladder_goes_on_over_the_change_and_free_energy_is_given_once() -> None:
    # 2100 kWh before; the first step ends at 2160. 100 kWh of the first days: 60 x 0.56 = 33.60 and 40 x 0.61 = 24.40;
    # the other 210 kWh are of the second step at its new price 0.65: 136.50. Free: 10 x 0.56 = 5.60 off, once.
    use = Use(JULY, JULY_END, {"flat": Decimal(310)}, Decimal(2100))
    priced = price_by_version(dearer(), "residential_steps", use, Terms(allowance_kwh=Decimal(10)))
    assert [line[1:] for line in told(priced)] == [
        ("60", "0.56", "33.60"),
        ("40", "0.61", "24.40"),
        ("10", "-0.56", "-5.60"),
        ("210", "0.65", "136.50"),
    ]
    assert priced.total == Decimal("188.90")


def test_a_months_capacity_falls_to_each_stretch_by_its_days() -> None:
    # 100 kVA at 24 yuan a month, from the 11th at 31: 100 x 24 x 10/31 = 774.19 and 100 x 31 x 21/31 = 2100.00.
    version = TARIFFS.on("demo_commercial_two_part", JULY)
    assert version.capacity is not None
    before = version.model_copy(update={"capacity": Capacity(label="容量电费", price=Decimal(24))})
    after = version.model_copy(update={"capacity": Capacity(label="容量电费", price=Decimal(31))})
    terms = Terms(capacity_kva=Decimal(100), capacity_basis="capacity")
    first, second = split(Use(JULY, JULY_END, {"flat": Decimal(3100)}), [CHANGE], {})
    priced = price_stretches([Stretch(before, first, terms), Stretch(after, second, terms)])
    assert [f"{line.amount}" for line in priced.lines if line.kind == "capacity"] == ["774.19", "2100.00"]


def test_another_tariff_from_some_day_on_is_told_as_price() -> None:
    # A home becomes a shop on the 11th: 100 kWh by the ladder at 0.56 = 56.00, 210 kWh by the commercial price.
    use, terms = Use(JULY, JULY_END, {"flat": Decimal(310)}), Terms()
    first, second = split(use, [CHANGE], {})
    home, shop = TARIFFS.on("residential_steps", JULY), TARIFFS.on("demo_commercial", JULY_END)
    priced = price_stretches([Stretch(home, first, terms), Stretch(shop, second, terms)])
    alone = price_period(shop, replace(use, registers={"flat": Decimal(210)}), terms)
    assert priced.total == Decimal("56.00") + alone.total
    june = Use(date(2026, 6, 1), date(2026, 6, 30), {"flat": Decimal(300)})
    august = Use(date(2026, 8, 1), date(2026, 8, 31), {"flat": Decimal(310)})
    bills = [
        bill(june, price_period(home, june, terms)),
        bill(use, priced, "demo_commercial"),
        bill(august, price_period(TARIFFS.on("demo_commercial", august.end), august, terms), "demo_commercial"),
    ]
    for newest, before in ((bills[1], bills[0]), (bills[2], bills[1])):
        apart = compare(newest, before)
        assert before.amount + sum(effect.amount for effect in apart.effects) == newest.amount
        assert apart.of(Factor.STEP) == apart.of(Factor.TIME_OF_USE) == 0 and apart.of(Factor.PRICE) > 0
    # June to July: one day more at 300/30 = 10 kWh and 0.56 is 5.60; the use a day is the same.
    assert compare(bills[1], bills[0]).of(Factor.DAYS) == Decimal("5.60")
    assert compare(bills[1], bills[0]).of(Factor.USE) == 0


def test_dearer_steps_are_told_as_price_and_nothing_else() -> None:
    # June: 300 kWh = 168.00. July: 100 x 0.56 + 210 x 0.60 = 182.00: one day more 5.60, 210 kWh dearer by 0.04 8.40.
    june = Use(date(2026, 6, 1), date(2026, 6, 30), {"flat": Decimal(300)})
    july = Use(JULY, JULY_END, {"flat": Decimal(310)}, Decimal(300))
    before = bill(june, price_by_version(dearer(), "residential_steps", june, Terms()))
    newest = bill(july, price_by_version(dearer(), "residential_steps", july, Terms()))
    assert {effect.factor: f"{effect.amount}" for effect in compare(newest, before).effects} == {
        Factor.DAYS: "5.60",
        Factor.PRICE: "8.40",
    }


@given(peak=KWH, valley=KWH, before=st.decimals(min_value=0, max_value=4000, places=2), free=st.sampled_from([0, 10]))
def test_nothing_is_lost_or_doubled_at_a_change(peak: Decimal, valley: Decimal, before: Decimal, free: int) -> None:
    use = Use(JULY, JULY_END, {"peak": peak, "valley": valley}, before)
    terms = Terms(allowance_kwh=Decimal(free))
    same = price_by_version(dearer("residential_time_of_use", "0"), "residential_time_of_use", use, terms)
    whole = price_period(TARIFFS.on("residential_time_of_use", JULY), use, terms)
    assert same.stepped_kwh == whole.stepped_kwh == use.kwh
    free_kwh = [sum(x.quantity for x in p.lines if x.kind == "allowance") for p in (same, whole)]
    assert free_kwh[0] == free_kwh[1]
    assert abs(same.total - whole.total) <= Decimal("0.04"), "cents of more lines, no more"


# Two months read together.


def account(**changes: object) -> CustomerAccount:
    given = {"allowance_kwh": Decimal(10), "reading_cycle_months": 2, "household_of_many_until": None} | changes
    return CustomerAccount(account_no="4109990001", holder="双月户", tariff_code="residential_steps", **given)


def test_two_months_give_two_months_of_free_energy() -> None:
    # 300 kWh in September and October: 168.00, less 20 free at 0.56 = 11.20: 156.80.
    use = Use(date(2026, 9, 1), date(2026, 10, 31), {"flat": Decimal(300)}, Decimal(1200))
    terms = terms_of(account(), None, TARIFFS, use.end)
    priced = price_by_version(TARIFFS, "residential_steps", use, terms)
    assert told(priced) == [("step", "300", "0.56", "168.00"), ("allowance", "20", "-0.56", "-11.20")]


def test_two_months_owe_two_months_of_capacity() -> None:
    # 50 kVA for two months at the price of a month each.
    use = Use(date(2026, 9, 1), date(2026, 10, 31), {"flat": Decimal(300)})
    terms = terms_of(account(capacity_kva=Decimal(50), capacity_basis="capacity"), None, TARIFFS, use.end)
    version = TARIFFS.on("demo_commercial_two_part", use.end)
    assert version.capacity is not None
    assert price_period(version, use, terms).lines[0].amount == 100 * version.capacity.price


def test_two_months_against_one_month_are_told_as_days() -> None:
    # August alone, 155 kWh in 31 days: 86.80. September and October, 305 kWh in 61 days: 170.80, 30 days more
    # at 5 kWh and 0.56: 84.00. Nothing else has changed.
    august = Use(date(2026, 8, 1), date(2026, 8, 31), {"flat": Decimal(155)})
    autumn = Use(date(2026, 9, 1), date(2026, 10, 31), {"flat": Decimal(305)}, Decimal(155))
    bills = [bill(use, price_by_version(TARIFFS, "residential_steps", use, Terms())) for use in (august, autumn)]
    assert [(e.factor, f"{e.amount}") for e in compare(bills[1], bills[0]).effects] == [(Factor.DAYS, "84.00")]


# The meter exchanged within the period.


@pytest.fixture
def exchanged(db: Database) -> Database:
    with db.write() as session:
        session.add(account(reading_cycle_months=1))
        session.flush()
        session.add(UsagePoint(code="U1", account_no="4109990001"))
        session.flush()
        installed = {"old": (date(2018, 1, 1), CHANGE, 1), "new": (CHANGE, None, 2)}
        for no, (since, until, multiplier) in installed.items():
            session.add(
                Meter(
                    meter_no=no,
                    account_no="4109990001",
                    usage_point="U1",
                    installed_on=since,
                    removed_on=until,
                    multiplier=multiplier,
                )
            )
        session.flush()
        session.add(
            MeterExchange(old_meter="old", new_meter="new", account_no="4109990001", exchanged_on=CHANGE, reason="轮换")
        )
        shown = [("old", "month", date(2026, 6, 30), 1000), ("old", "day", CHANGE, 1112)]
        shown += [("new", "day", CHANGE, 7), ("new", "month", JULY_END, 106)]
        for no, kind, day, total in shown:
            session.add(MeterReading(meter_no=no, kind=kind, read_on=day, total=Decimal(total)))
    return db


def test_both_meters_of_a_period_make_up_its_use(exchanged: Database) -> None:
    # The old one 1112 - 1000 = 112, the new one (106 - 7) x 2 = 198: 310 kWh at 0.56 = 173.60.
    use = Use(JULY, JULY_END, {"flat": Decimal(310)})
    july = bill(use, price_by_version(TARIFFS, "residential_steps", use, Terms()))
    assert july.amount == Decimal("173.60")
    with exchanged.read() as session:
        spans = [(s.meter_no, s.first, s.last, s.multiplier) for s in meter_spans(session, july)]
        assert spans == [("old", 1000, 1112, 1), ("new", 7, 106, 2)]
        (measured,) = measured_uses(session, [july]) or []
        assert measured.kwh == 310 and exchanged_within(session, july)
    june = Use(date(2026, 6, 1), date(2026, 6, 30), {"flat": Decimal(300)})
    before = bill(june, price_by_version(TARIFFS, "residential_steps", june, Terms()))
    assert before.amount + compare(july, before).difference == july.amount
