"""The tariff engine: worked examples, and what must hold for any use."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing import load_tariffs
from bot.billing.engine import MixedUse, Terms, Use, ladder, price_energy, price_export, price_period, split_steps
from bot.billing.lines import CENT
from bot.billing.tariffs import TariffVersion
from bot.errors import ConfigurationError, InvalidInput

TARIFFS = load_tariffs()
JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 31)
KWH = st.decimals(min_value=0, max_value=9000, places=2)


def version(code: str) -> TariffVersion:
    return TARIFFS.on(code, JANUARY)


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
        power_factor_standard=Decimal("0.90"),
    )
    priced = price_period(tariff, measured, terms, TARIFFS.factors)
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


def test_the_ladder_begins_again_with_the_year() -> None:
    """3,100 kWh used by the end of December: the last kWh cost the second step, the first of January the first."""
    december = price_period(version("residential_steps"), use(Decimal(3000), flat=Decimal(100)), Terms())
    january = price_period(version("residential_steps"), use(flat=Decimal(100)), Terms())
    assert (december.total, january.total) == (Decimal("61.00"), Decimal("56.00"))
    assert december.stepped_kwh == 100


@pytest.mark.parametrize("code", ["residential_shared", "residential_non_resident", "residential_charging"])
def test_shared_meters_institutions_and_charging_piles_have_one_price(code: str) -> None:
    """5,000 kWh × 0.568, however much it is."""
    priced = price_period(version(code), use(flat=Decimal(5000)), Terms(household_of_many=True))
    assert [(line.label, line.amount) for line in priced.lines] == [("合表电量电费", Decimal("2840.00"))]
    assert priced.unverified


def test_a_share_of_the_use_may_have_another_price() -> None:
    """定比: 30 % of 1,000 kWh as a shop, the rest as a home: 700 × 0.56 + 300 × 0.6920 (+ fund 0.0294)."""
    mixed = MixedUse(version("demo_commercial"), share=Decimal("0.3"))
    priced = price_period(version("residential_steps"), use(flat=Decimal(1000)), Terms(mixed=mixed))
    shop = sum(part.price for part in version("demo_commercial").parts if part.floats)
    assert [(line.label, line.quantity, line.amount) for line in priced.lines] == [
        ("第一档电量电费", Decimal(700), Decimal("392.00")),
        ("电量电费", Decimal("300.00"), (300 * shop).quantize(CENT)),
        ("政府性基金及附加", Decimal("300.00"), Decimal("8.82")),
    ]
    assert priced.stepped_kwh == 700


def test_a_fixed_quantity_is_never_more_than_what_was_used() -> None:
    """定量: 50 kWh a month as a shop; of 40 kWh, all."""
    mixed = MixedUse(version("residential_shared"), kwh=Decimal(50))
    for kwh, steps in ((Decimal(120), Decimal(70)), (Decimal(40), Decimal(0))):
        priced = price_period(version("residential_steps"), use(flat=kwh), Terms(mixed=mixed))
        assert priced.stepped_kwh == steps
        assert sum(line.quantity for line in priced.lines) == kwh


def test_purchase_prices_are_those_of_the_month() -> None:
    """0.4417 + 0.0174 + 0.2265 + 0.0321 = 0.7177 in July; 0.6920 in June."""
    june, july = (TARIFFS.on("demo_commercial", date(2026, month, 30)) for month in (6, 7))
    measured = use(flat=Decimal(100))
    assert [price_period(v, measured, Terms()).lines[0].unit_price for v in (june, july)] == [
        Decimal("0.692000"),
        Decimal("0.717700"),
    ]


def test_a_month_without_published_prices_is_refused() -> None:
    published = TARIFFS.agency["demo_10_kv"].model_copy(
        update={"source": TARIFFS.get("residential_steps").versions[0].source, "months": {"2026-10": {}}}
    )
    assert published.parts(date(2026, 10, 31)) == []
    with pytest.raises(ConfigurationError, match="2026-11"):
        published.parts(date(2026, 11, 30))


def test_what_does_not_float_costs_the_same_at_any_time() -> None:
    registers = {"peak": Decimal(60), "flat": Decimal(30), "valley": Decimal(10)}
    priced = price_period(version("demo_charging_station"), Use(JANUARY, date(2026, 1, 31), registers), Terms())
    floating = sum(part.price for part in version("demo_charging_station").parts if part.floats)
    prices = {line.label: line.unit_price for line in priced.lines}
    assert prices["高峰电量电费"] == floating * Decimal("1.72")
    assert prices["低谷电量电费"] == floating * Decimal("0.45")
    assert (priced.lines[-1].label, priced.lines[-1].amount) == ("政府性基金及附加", Decimal("2.94"))


def test_the_sharp_hours_count_in_their_months_alone() -> None:
    tariff = version("demo_charging_station")
    january = Use(JANUARY, date(2026, 1, 31), {"sharp": Decimal(5), "valley": Decimal(5)})
    assert price_energy(tariff, january, Terms()).lines[0].label == "尖峰电量电费"
    with pytest.raises(InvalidInput):
        price_energy(tariff, Use(date(2026, 2, 1), date(2026, 2, 28), january.registers), Terms())
    across = Use(date(2026, 1, 25), date(2026, 2, 24), january.registers)
    assert price_energy(tariff, across, Terms()).lines[0].quantity == 5


@pytest.mark.parametrize(
    ("measured", "charged"),
    [("120", ["3840.00"]), ("105", ["3840.00"]), ("105.01", ["4032.38", "0.38"]), ("130", ["4992.00", "960.00"])],
)
def test_an_agreed_demand_is_charged_and_what_exceeds_it_twice(measured: str, charged: list[str]) -> None:
    """100 kW agreed at 38.40: up to 105 kW the agreed 100 kW; above, what was measured and the excess once more."""
    agreed = Decimal(100) if measured != "120" else Decimal("115")
    expected = charged if measured != "120" else ["4416.00"]
    terms = Terms(capacity_kva=Decimal(400), capacity_basis="demand", agreed_demand_kw=agreed)
    month = Use(JANUARY, date(2026, 1, 31), {"flat": Decimal(100)}, max_demand_kw=Decimal(measured))
    lines = [
        line for line in price_period(version("demo_industrial_two_part"), month, terms).lines if line.unit == "kW"
    ]
    assert [str(line.amount) for line in lines] == expected


def test_exported_energy_is_paid_for() -> None:
    line = price_export(version("demo_solar_export"), Decimal(640))
    assert (line.kind, line.amount, line.origin.unverified) == ("export", Decimal("241.86"), True)


def test_a_line_without_a_source_cannot_be_made() -> None:
    line = price_export(version("demo_solar_export"), Decimal(1))
    with pytest.raises(InvalidInput):
        replace(line, origin=replace(line.origin, document=" "))


CODES = [code for code in TARIFFS.by_code if code != "demo_solar_export"]


@given(
    code=st.sampled_from(CODES),
    registers=st.fixed_dictionaries({name: KWH for name in ("peak", "flat", "valley")}),
    mixed=st.none() | st.decimals(min_value=0, max_value=1, places=3),
    reactive=KWH,
    demand=KWH,
    basis=st.sampled_from(["capacity", "demand"]),
    agreed=st.none() | KWH,
)
def test_every_tariff_adds_up_to_the_cent(
    code: str,
    registers: dict[str, Decimal],
    mixed: Decimal | None,
    reactive: Decimal,
    demand: Decimal,
    basis: str,
    agreed: Decimal | None,
) -> None:
    if code == "residential_time_of_use":
        registers = registers | {"flat": Decimal(0)}
    terms = Terms(
        capacity_kva=Decimal(400),
        capacity_basis=basis,
        agreed_demand_kw=agreed,
        power_factor_standard=Decimal("0.90"),
        mixed=MixedUse(version("residential_shared"), share=mixed) if mixed is not None else None,
    )
    measured = Use(JANUARY, date(2026, 1, 31), registers, reactive_kvarh=reactive, max_demand_kw=demand)  # type: ignore[arg-type]
    priced = price_period(version(code), measured, terms, TARIFFS.factors)
    assert sum(line.amount for line in priced.lines) == priced.total
    assert all(line.amount == line.amount.quantize(CENT) and line.origin.document for line in priced.lines)
    counted = sum(line.quantity for line in priced.lines if line.kind in ("step", "energy"))
    assert counted == measured.kwh
