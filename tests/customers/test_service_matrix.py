"""Different customers, different services: the file is sound, and each customer gets what their classes say."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from bot.customers import Customers, ServiceOffer, axes_of, load_service_matrix
from bot.customers.demo_data import load_customers
from bot.customers.service_matrix import SERVICE_MATRIX
from bot.errors import ConfigurationError
from bot.fieldwork import load_service_levels

MATRIX = load_service_matrix()


def offer(customers: Customers, tail: str) -> ServiceOffer:
    return MATRIX.offer(axes_of(customers.account(f"4100000{tail}")))


def test_the_hospital_is_important_has_a_manager_and_a_day_of_notice(customers: Customers) -> None:
    hospital = offer(customers, "082")
    assert (hospital.skill, hospital.urgency, hospital.account_manager) == ("key_accounts", "important", True)
    assert (hospital.notice.planned_days, hospital.notice.temporary_hours) == (7, 24)
    assert hospital.titles[0] == "重要用户" and "高压用户" in hospital.titles
    assert hospital.inspected and hospital.inspection_months is None


def test_somebody_on_a_machine_is_called_and_comes_first(customers: Customers) -> None:
    with_oxygen = offer(customers, "140")
    assert (with_oxygen.skill, with_oxygen.urgency) == ("special_care", "important")
    assert with_oxygen.notice.media[0] == "phone"


def test_an_ordinary_household_has_no_manager_and_waits_its_turn(customers: Customers) -> None:
    plain = offer(customers, "041")
    assert (plain.titles, plain.skill, plain.urgency) == (["居民用户"], "general", "normal")
    assert not plain.account_manager and not plain.inspected


def test_classes_add_up(customers: Customers) -> None:
    solar = offer(customers, "181")
    assert {"光伏等分布式电源用户", "居民用户"} <= set(solar.titles)
    assert any("上网电量" in service.text for service in solar.services)


@pytest.mark.parametrize("customer", load_customers(), ids=lambda c: c.account_no)
def test_every_demo_customer_is_served_and_stands_on_known_values(customer: object, customers: Customers) -> None:
    account = customers.account(customer.account_no)  # type: ignore[attr-defined]
    axes = axes_of(account)
    assert MATRIX.offer(axes).services
    assert [value for values in axes.values() for value in values if value == "None"] == []


def test_the_times_named_are_kinds_of_tickets() -> None:
    kinds = set(load_service_levels().kinds)
    assert {time for line in MATRIX.classes for time in line.times} <= kinds


@pytest.mark.parametrize(("kwh", "band"), [("2160", (1, 3)), ("2160.01", (2, 3)), ("3120", (2, 3)), ("9000", (3, 3))])
def test_a_year_of_use_has_its_band(kwh: str, band: tuple[int, int]) -> None:
    assert MATRIX.band("residential", Decimal(kwh)) == band
    assert MATRIX.band("agricultural", Decimal(kwh)) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["classes"][0]["when"].update(load_class=["4"]), "load_class=4"),
        (lambda m: m["classes"][0]["when"].update(colour=["red"]), "colour=red"),
        (lambda m: m["classes"].pop(), "residential"),
        (lambda m: m["classes"].append(m["classes"][0]), "twice"),
        (lambda m: m["classes"][0]["answers"].update(skill="anybody"), "skill"),
        (lambda m: m["classes"][0]["services"][0].pop("source"), "source"),
    ],
)
def test_a_wrong_file_stops_the_start_and_says_where(change: object, said: str, tmp_path: Path) -> None:
    matrix = yaml.safe_load(SERVICE_MATRIX.read_text(encoding="utf-8"))
    change(matrix)  # type: ignore[operator]
    path = tmp_path / "service_matrix.yml"
    path.write_text(yaml.safe_dump(matrix, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        load_service_matrix(path)
