"""Why a bill is higher: the parts add up to the cent, whatever the two bills are."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing import load_tariffs
from bot.billing.engine import Terms, Use, price_period
from bot.billing.explain import Explanation, explain
from bot.billing.tables import Bill, BillLine

TARIFFS = load_tariffs()
KWH = st.decimals(min_value=0, max_value=1500, places=2)


def bill(month: int, days: int, kwh: Decimal, before: Decimal = Decimal(0), refund: Decimal = Decimal(0)) -> Bill:
    start = date(2026, month, 1)
    registers = {"peak": kwh * Decimal("0.6"), "valley": kwh * Decimal("0.4")}
    use = Use(start, start + timedelta(days=days - 1), registers, before)  # type: ignore[arg-type]
    lines = [
        BillLine(kind=x.kind, label=x.label, quantity=x.quantity, unit_price=x.unit_price, amount=x.amount)
        for x in price_period(TARIFFS.get("residential_time_of_use").on(start), use, Terms()).lines
    ]
    if refund:
        lines.append(BillLine(kind="adjustment", label="退补", quantity=1, unit_price=refund, amount=refund))
    amount = sum((line.amount for line in lines), Decimal(0))
    return Bill(
        bill_no=f"b{month}", month=start, period_start=start, period_end=use.end, kwh=kwh, amount=amount, lines=lines
    )


def parts(told: Explanation) -> Decimal:
    return told.days + told.use + told.price + sum((item.difference for item in told.other), Decimal(0))


@given(
    old=KWH,
    new=KWH,
    before=st.decimals(min_value=0, max_value=4000, places=2),
    days=st.tuples(st.integers(27, 62), st.integers(27, 62)),
    refund=st.decimals(min_value=-50, max_value=50, places=2),
)
def test_the_parts_add_up_to_the_cent(
    old: Decimal, new: Decimal, before: Decimal, days: tuple[int, int], refund: Decimal
) -> None:
    previous = bill(6, days[0], old, before)
    newest = bill(7, days[1], new, before + old, refund)
    told = explain(newest, previous)
    assert parts(told) == told.difference == newest.amount - previous.amount


def test_the_same_price_shows_no_change_of_price() -> None:
    told = explain(bill(7, 31, Decimal("60.01")), bill(6, 31, Decimal("30.03")))
    assert (told.days, told.price, told.other) == (Decimal("0.00"), Decimal("0.00"), ())


def test_a_higher_step_is_told_as_price() -> None:
    told = explain(bill(7, 31, Decimal(200), Decimal(2150)), bill(6, 31, Decimal(200), Decimal(1950)))
    assert (told.days, told.use) == (Decimal("0.00"), Decimal("0.00"))
    assert told.price == Decimal("9.50")
    assert told.new_steps == ("第二档电量电费",)


def test_longer_months_are_told_as_days() -> None:
    told = explain(bill(7, 31, Decimal(310)), bill(6, 30, Decimal(300)))
    assert (told.use, told.price) == (Decimal("0.00"), Decimal("0.00"))
    assert told.days == told.difference > 0


def test_the_season_is_that_of_the_billed_month() -> None:
    bills = [bill(month, 28, Decimal(9)) for month in (7, 12, 4)]
    assert [explain(newest, newest).season for newest in bills] == ["hot", "cold", "mild"]
