"""The tariff engine: worked examples, and what must hold for any use."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import load_tariffs
from bot.billing.engine import CENT, Terms, Use, ladder, price_period, split_steps
from bot.billing.tariffs import TariffVersion
from bot.errors import ConfigurationError

TARIFFS = load_tariffs()
JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 31)
KWH = st.decimals(min_value=0, max_value=9000, places=2)


def version(code: str) -> TariffVersion:
    return TARIFFS.get(code).on(JANUARY)


def use(before: Decimal = Decimal(0), **registers: Decimal) -> Use:
    return Use(JANUARY, DECEMBER, registers, before)  # type: ignore[arg-type]


def test_3500_kwh_in_a_year_cost_2122_yuan() -> None:
    priced = price_period(version("residential_steps"), use(flat=Decimal(3500)), Terms())
    assert [line.amount for line in priced.lines] == [Decimal("1209.60"), Decimal("585.60"), Decimal("326.80")]
    assert priced.total == Decimal("2122.00")
    assert not priced.unverified


@pytest.mark.parametrize(
    ("kwh", "total"),
    [("2160", "1209.60"), ("2161", "1210.21"), ("3120", "1795.20"), ("3121", "1796.06"), ("0", "0.00")],
)
def test_the_borders_of_the_steps(kwh: str, total: str) -> None:
    assert price_period(version("residential_steps"), use(flat=Decimal(kwh)), Terms()).total == Decimal(total)


def test_a_household_of_many_has_1200_kwh_more_in_each_of_the_first_two_steps() -> None:
    priced = price_period(version("residential_steps"), use(flat=Decimal(4400)), Terms(household_of_many=True))
    assert [line.quantity for line in priced.lines] == [Decimal(3360), Decimal(960), Decimal(80)]


def test_the_free_ten_kwh_are_a_line_of_their_own() -> None:
    priced = price_period(version("residential_steps"), use(flat=Decimal(17)), Terms(allowance_kwh=Decimal(10)))
    assert [(line.kind, line.amount) for line in priced.lines] == [
        ("step", Decimal("9.52")),
        ("allowance", Decimal("-5.60")),
    ]
    assert priced.unverified


def test_no_more_is_free_than_was_used() -> None:
    priced = price_period(version("residential_steps"), use(flat=Decimal(4)), Terms(allowance_kwh=Decimal(10)))
    assert priced.total == Decimal("0.00")


def test_peak_and_valley_come_on_top_of_the_step() -> None:
    priced = price_period(version("residential_time_of_use"), use(peak=Decimal(60), valley=Decimal(40)), Terms())
    assert priced.total == Decimal("56.00") + Decimal("1.80") - Decimal("4.80")
    assert priced.unverified


def test_two_parts_with_a_low_power_factor() -> None:
    tariff = version("demo_industrial_two_part")
    measured = Use(
        JANUARY,
        date(2026, 1, 31),
        {"peak": Decimal(300), "flat": Decimal(450), "valley": Decimal(250)},
        reactive_kvarh=Decimal(698),
    )
    terms = Terms(
        capacity_kva=Decimal(400),
        capacity_basis="capacity",
        factor_table=(Decimal("0.90"), TARIFFS.factor_tables[Decimal("0.90")]),
    )
    priced = price_period(tariff, measured, terms)
    kinds = [line.kind for line in priced.lines]
    assert kinds == ["capacity", "energy", "energy", "energy", "fund", "power_factor"]
    assert priced.lines[0].amount == Decimal("9600.00")
    charged = sum(line.amount for line in priced.lines[:4])
    assert priced.lines[-1].quantity == Decimal(4)
    assert priced.lines[-1].amount == (charged * 4 / 100).quantize(CENT)


def test_well_used_demand_is_charged_at_nine_tenths() -> None:
    tariff, terms = version("demo_commercial_two_part"), Terms(capacity_kva=Decimal(100), capacity_basis="demand")
    measured = Use(JANUARY, date(2026, 1, 31), {"flat": Decimal(26000)}, max_demand_kw=Decimal(50))
    assert price_period(tariff, measured, terms).lines[0].amount == Decimal("1728.00")


def test_an_unknown_tariff_and_a_day_before_any_version_are_configuration_errors() -> None:
    with pytest.raises(ConfigurationError):
        TARIFFS.get("nothing")
    with pytest.raises(ConfigurationError):
        TARIFFS.get("residential_steps").on(date(1999, 1, 1))


def test_what_is_not_from_a_verified_source_says_so() -> None:
    marked = {code: tariff.on(JANUARY).source.unverified for code, tariff in TARIFFS.by_code.items()}
    assert marked.pop("residential_steps") is False
    assert all(marked.values())


@given(peak=KWH, valley=KWH, before=KWH, allowance=st.sampled_from([Decimal(0), Decimal(10)]), many=st.booleans())
def test_the_lines_add_up_to_the_total(
    peak: Decimal, valley: Decimal, before: Decimal, allowance: Decimal, many: bool
) -> None:
    terms = Terms(household_of_many=many, allowance_kwh=allowance)
    priced = price_period(version("residential_time_of_use"), use(before, peak=peak, valley=valley), terms)
    assert sum(line.amount for line in priced.lines) == priced.total
    assert all(line.amount == line.amount.quantize(CENT) for line in priced.lines)
    assert sum(line.quantity for line in priced.lines if line.kind == "step") == peak + valley


@given(kwh=KWH, before=KWH, many=st.booleans(), part=st.decimals(min_value=0, max_value=1, places=3))
def test_splitting_a_period_changes_nothing(kwh: Decimal, before: Decimal, many: bool, part: Decimal) -> None:
    steps = ladder(version("residential_steps"), many)
    first = (kwh * part).quantize(CENT)

    def charge(start: Decimal, amount: Decimal) -> Decimal:
        return sum((step.price * taken for step, taken in split_steps(steps, start, amount)), Decimal(0))

    assert charge(before, kwh) == charge(before, first) + charge(before + first, kwh - first)


@given(kwh=KWH, before=KWH, many=st.booleans())
def test_the_ladder_is_continuous_and_rises(kwh: Decimal, before: Decimal, many: bool) -> None:
    terms = Terms(household_of_many=many)
    less = price_period(version("residential_steps"), use(before, flat=kwh), terms).total
    more = price_period(version("residential_steps"), use(before, flat=kwh + CENT), terms).total
    assert Decimal(0) <= more - less <= Decimal("0.03")
