"""Advice is priced with the customer's own registers, and only what saves is told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.billing import Billing, load_tariffs
from bot.billing.advice import Change, Month, advise, tells_times
from bot.billing.engine import Terms, Use
from bot.billing.periods import shift_month
from bot.identity import Identity
from tests.demo_data import Phones, prove

TARIFFS = load_tariffs()


def months(registers: dict[str, Decimal], terms: Terms, reactive: Decimal = Decimal(0), demand: int = 0) -> list[Month]:
    ends = [shift_month(date(2025, 12, 31), n) for n in range(1, 13)]
    starts = [date(2026, 1, 1), *(end + timedelta(days=1) for end in ends[:-1])]
    return [
        Month(Use(start, end, registers, Decimal(0), reactive, Decimal(demand)), terms)  # type: ignore[arg-type]
        for start, end in zip(starts, ends, strict=True)
    ]


def test_valley_use_pays_with_prices_by_time() -> None:
    """60 kWh valley, 40 peak a month: 12 × (60 × 0.12 - 40 × 0.03) = 72 yuan."""
    (saving,) = advise(TARIFFS, "residential_steps", months({"peak": Decimal(40), "valley": Decimal(60)}, Terms()))
    assert (saving.change, saving.to, saving.yuan) == (Change.TARIFF, "居民阶梯加峰谷电价", Decimal("72.00"))
    assert saving.unverified and saving.months == 12


def test_day_use_does_not() -> None:
    registers = {"peak": Decimal(90), "valley": Decimal(10)}
    assert advise(TARIFFS, "residential_steps", months(registers, Terms())) == ()
    (back,) = advise(TARIFFS, "residential_time_of_use", months(registers, Terms()))
    assert (back.to, back.yuan) == ("居民阶梯电价", Decimal("18.00"))


def test_registers_that_do_not_tell_the_times_apart_give_no_advice() -> None:
    assert advise(TARIFFS, "residential_steps", months({"flat": Decimal(100)}, Terms())) == ()


def test_only_a_year_measured_by_the_time_of_day_tells_that_nothing_saves() -> None:
    by_time = months({"peak": Decimal(90), "valley": Decimal(10)}, Terms())
    assert tells_times(by_time) and not tells_times(by_time[1:])
    assert not tells_times(months({"flat": Decimal(100)}, Terms()))


def test_less_than_a_year_gives_no_advice() -> None:
    assert advise(TARIFFS, "residential_steps", months({"peak": Decimal(1), "valley": Decimal(99)}, Terms())[1:]) == ()


@pytest.mark.parametrize(
    ("demand", "yuan"),
    [(200, Decimal("23040.00")), (100, Decimal("41472.00")), (260, None)],
)
def test_capacity_against_demand(demand: int, yuan: Decimal | None) -> None:
    """400 kVA cost 9,600 a month; 200 kW 7,680; 100 kW count as 160 (40 %): 6,144; 260 kW cost more."""
    terms = Terms(capacity_kva=Decimal(400), capacity_basis="capacity")
    told = advise(TARIFFS, "demo_industrial_two_part", months({"flat": Decimal(20000)}, terms, demand=demand))
    assert [saving.yuan for saving in told] == ([yuan] if yuan else [])
    assert all((saving.change, saving.to) == (Change.BASIS, "demand") for saving in told)


def test_a_low_power_factor_says_what_it_costs_and_what_is_missing() -> None:
    """0.82: 4 % of (9,600 + energy); Q = 250 kW × (0.698 - 0.4843)."""
    terms = Terms(capacity_kva=Decimal(400), capacity_basis="capacity", power_factor_standard=Decimal("0.90"))
    measured = months({"flat": Decimal(20000)}, terms, Decimal(13960), 250)
    told = {saving.change: saving for saving in advise(TARIFFS, "demo_industrial_two_part", measured)}
    factor = told[Change.POWER_FACTOR]
    energy = sum(
        20000 * sum(p.price for p in TARIFFS.on("demo_industrial_two_part", m.use.end).parts if p.floats)
        for m in measured
    )
    assert abs(factor.yuan - (12 * Decimal(9600) + energy) * Decimal("0.04")) < Decimal("0.10")
    assert (factor.to, factor.kvar) == ("0.90", 53)


def test_the_demo_customers_are_advised_from_their_own_registers(
    billing: Billing, identity: Identity, phones: Phones
) -> None:
    def changes(tail: str) -> set[str]:
        told = billing.explain_high(prove(identity, phones, f"4100000{tail}"))
        assert told is not None
        return {saving.change.value for saving in told.savings}

    assert changes("116") == {"tariff"}
    assert changes("041") == changes("017") == set()
    assert "power_factor" in changes("074")
