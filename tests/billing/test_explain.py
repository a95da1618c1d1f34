"""Why a bill is higher: the parts add up to the cent, whatever the two bills are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.billing import load_tariffs
from bot.billing.books import bill_lines
from bot.billing.engine import MixedUse, Terms, Use, price_period
from bot.billing.explain import Comparison, Factor, compare
from bot.billing.kinds import LineKind
from bot.billing.lines import Origin, lump
from bot.billing.tables import Bill, BillLine
from bot.storage.engine import Database

TARIFFS = load_tariffs()
KWH = st.decimals(min_value=0, max_value=1500, places=2)
HOME = Terms()
REFUND = Origin("退补单", date(2026, 7, 1), "V")


def bill(
    month: int,
    days: int,
    registers: dict[str, Decimal],
    *,
    before: Decimal = Decimal(0),
    refund: Decimal = Decimal(0),
    code: str = "residential_time_of_use",
    terms: Terms = HOME,
    reactive: Decimal = Decimal(0),
    demand: Decimal | None = None,
) -> Bill:
    start = date(2026, month, 1)
    end = start + timedelta(days=days - 1)
    use = Use(start, end, registers, before, reactive, demand)  # type: ignore[arg-type]
    lines = [*price_period(TARIFFS.on(code, start), use, terms, TARIFFS.factors).lines]
    if refund:
        lines.append(lump(LineKind.REFUND, "退补", refund, REFUND))
    return Bill(
        bill_no=f"b{month}",
        month=start,
        period_start=start,
        period_end=end,
        kwh=use.kwh,
        kwh_before=before,
        amount=sum((line.amount for line in lines), Decimal(0)),
        tariff_code=code,
        lines=bill_lines(lines),
    )


def total(comparison: Comparison) -> Decimal:
    return sum((effect.amount for effect in comparison.effects), Decimal(0))


def even(kwh: Decimal) -> dict[str, Decimal]:
    return {"peak": kwh * Decimal("0.6"), "valley": kwh * Decimal("0.4")}


def told(comparison: Comparison) -> dict[str, Decimal]:
    return {effect.factor.value: effect.amount for effect in comparison.effects}


@given(
    old=st.tuples(KWH, KWH),
    new=st.tuples(KWH, KWH),
    before=st.decimals(min_value=0, max_value=4000, places=2),
    days=st.tuples(st.integers(27, 62), st.integers(27, 62)),
    refund=st.decimals(min_value=-50, max_value=50, places=2),
    many=st.tuples(st.booleans(), st.booleans()),
)
def test_the_parts_of_a_home_add_up_to_the_cent(
    old: tuple[Decimal, Decimal],
    new: tuple[Decimal, Decimal],
    before: Decimal,
    days: tuple[int, int],
    refund: Decimal,
    many: tuple[bool, bool],
) -> None:
    homes = [Terms(household_of_many=each, allowance_kwh=Decimal(10)) for each in many]
    previous = bill(6, days[0], {"peak": old[0], "valley": old[1]}, before=before, terms=homes[0])
    newest = bill(
        7, days[1], {"peak": new[0], "valley": new[1]}, before=before + sum(old), refund=refund, terms=homes[1]
    )
    compared = compare(newest, previous)
    assert total(compared) == compared.difference == newest.amount - previous.amount
    assert len({effect.factor for effect in compared.effects if effect.factor != "other"}) + sum(
        effect.factor == "other" for effect in compared.effects
    ) == len(compared.effects)


@given(
    registers=st.tuples(*[st.fixed_dictionaries({n: KWH for n in ("peak", "flat", "valley")})] * 2),
    basis=st.tuples(st.sampled_from(["capacity", "demand"]), st.sampled_from(["capacity", "demand"])),
    reactive=st.tuples(KWH, KWH),
    demand=st.tuples(KWH, KWH),
    share=st.none() | st.decimals(min_value=0, max_value=1, places=2),
    codes=st.tuples(*[st.sampled_from(["demo_industrial_two_part", "demo_charging_station", "demo_commercial"])] * 2),
)
def test_the_parts_of_a_business_add_up_to_the_cent(registers, basis, reactive, demand, share, codes) -> None:  # type: ignore[no-untyped-def]
    bills = []
    for n, month in enumerate((6, 7)):
        mixed = MixedUse(TARIFFS.on("residential_shared", date(2026, 6, 1)), share=share) if share is not None else None
        terms = Terms(
            capacity_kva=Decimal(400), capacity_basis=basis[n], power_factor_standard=Decimal("0.90"), mixed=mixed
        )
        bills.append(bill(month, 30, registers[n], code=codes[n], terms=terms, reactive=reactive[n], demand=demand[n]))
    compared = compare(bills[1], bills[0])
    assert total(compared) == compared.difference


def test_every_pair_of_demo_bills_adds_up_to_the_cent(seeded: Database) -> None:
    """Against the bill before and the same month of last year, for every customer."""
    pairs, largest = 0, Decimal(0)
    with seeded.read() as session:
        for account_no in session.scalars(select(Bill.account_no).distinct()).all():
            mine = session.scalars(select(Bill).where(Bill.account_no == account_no).order_by(Bill.month)).all()
            for n, newest in enumerate(mine[1:], 1):
                for reference in (mine[n - 1], *mine[max(n - 12, 0) : max(n - 11, 0)]):
                    compared = compare(newest, reference)
                    assert total(compared) == newest.amount - reference.amount
                    largest = max(largest, abs(compared.of(Factor.ROUNDING)))
                    pairs += 1
    assert pairs > 1000 and largest <= Decimal("0.10")


def test_the_same_price_shows_no_change_of_price() -> None:
    compared = compare(bill(7, 31, even(Decimal("60.10"))), bill(6, 31, even(Decimal("30.05"))))
    assert set(told(compared)) == {"use"}


def test_a_higher_step_is_told_as_a_step() -> None:
    """200 kWh as before, but 190 of them in the second step: 190 × 0.05."""
    code = "residential_steps"
    newest = bill(7, 31, {"flat": Decimal(200)}, before=Decimal(2150), code=code)
    compared = compare(newest, bill(6, 31, {"flat": Decimal(200)}, before=Decimal(1950), code=code))
    assert told(compared) == {"step": Decimal("9.50")}
    assert compared.new_steps == ("第二档电量电费",)


def test_the_new_year_is_told_as_a_step_down() -> None:
    code = "residential_steps"
    december = bill(6, 31, {"flat": Decimal(100)}, before=Decimal(3000), code=code)
    assert told(compare(bill(7, 31, {"flat": Decimal(100)}, code=code), december)) == {"step": Decimal("-5.00")}


def test_longer_months_are_told_as_days() -> None:
    """Ten more days of 10 kWh at 0.56 + 0.6 × 0.03 - 0.4 × 0.12 = 0.53."""
    compared = compare(bill(7, 31, even(Decimal(310))), bill(6, 30, even(Decimal(300))))
    assert told(compared) == {"days": Decimal("5.30")}


def test_another_time_of_day_is_told_as_such() -> None:
    """100 kWh moved from valley to peak: 100 × (0.03 + 0.12)."""
    old = bill(6, 30, {"peak": Decimal(100), "valley": Decimal(200)})
    compared = compare(bill(6, 30, {"peak": Decimal(200), "valley": Decimal(100)}), old)
    assert told(compared) == {"time_of_use": Decimal("15.00")}


def test_a_dearer_month_is_told_as_price() -> None:
    """July buys at 0.7177, June at 0.6920, for 1,000 kWh."""
    old = bill(6, 30, {"flat": Decimal(1000)}, code="demo_commercial")
    assert told(compare(bill(7, 30, {"flat": Decimal(1000)}, code="demo_commercial"), old)) == {
        "price": Decimal("25.70")
    }


def test_demand_and_power_factor_are_items_of_their_own() -> None:
    terms = Terms(capacity_kva=Decimal(400), capacity_basis="demand", power_factor_standard=Decimal("0.90"))
    code, used = "demo_industrial_two_part", {"flat": Decimal(1000)}
    old = bill(3, 30, used, code=code, terms=terms, demand=Decimal(100), reactive=Decimal(480))
    new = bill(4, 30, used, code=code, terms=terms, demand=Decimal(110), reactive=Decimal(698))
    assert told(compare(new, old)) == {
        "basic": Decimal("384.00"),
        "power_factor": sum(line.amount for line in new.lines if line.kind == "power_factor"),
    }


def test_another_tariff_is_told_as_price() -> None:
    old = bill(6, 30, {"peak": Decimal(60), "valley": Decimal(40)}, code="residential_steps")
    compared = compare(bill(6, 30, {"peak": Decimal(60), "valley": Decimal(40)}), old)
    assert told(compared) == {"price": Decimal("-3.00")}


@pytest.mark.parametrize(("new", "old"), [("100", "0"), ("0", "100"), ("0", "0")])
def test_nothing_used_is_told_as_use(new: str, old: str) -> None:
    code = "residential_steps"
    compared = compare(bill(7, 31, {"flat": Decimal(new)}, code=code), bill(6, 30, {"flat": Decimal(old)}, code=code))
    assert set(told(compared)) <= {"use"} and sum(told(compared).values()) == compared.difference


def test_lines_an_import_rounded_differently_are_not_hidden_in_the_use() -> None:
    odd = bill(7, 31, even(Decimal(100)))
    odd.lines.append(BillLine(kind="energy", label="x", quantity=Decimal(1), unit_price=Decimal(0), amount=Decimal(3)))
    odd.amount += 3
    assert told(compare(odd, bill(6, 31, even(Decimal(100)))))["rounding"] == 3
