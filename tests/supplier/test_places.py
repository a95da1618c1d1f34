"""Who looks after a village: the longest name counts, a name two stations have is told apart by the town."""

import pytest

from bot.supplier import Station, Supplier
from bot.supplier.places import Manager, served

NORTH = Station(
    name="北所",
    towns=("北镇",),
    villages=("前庄村", "大前庄村"),
    managers=(
        Manager(name="甲", areas=("前庄村",)),
        Manager(name="乙", areas=("前庄村",), transformers=("前庄2号公变",)),
    ),
)
SOUTH = Station(name="南所", towns=("南镇",), villages=("前庄村",), estates=("锦绣小区",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("前庄归哪个供电所", [("前庄村", "北所"), ("前庄村", "南所")]),
        ("南镇前庄归哪个供电所", [("前庄村", "南所")]),
        ("大前庄村归谁管", [("大前庄村", "北所")]),
        ("北镇的", [("北镇", "北所")]),
        ("锦绣小区谁管", [("锦绣小区", "南所")]),
        ("前庄2号公变的台区经理", [("前庄2号公变", "北所")]),
        ("别的村", []),
    ],
)
def test_the_longest_name_counts_and_the_town_tells_apart(text: str, found: list[tuple[str, str]]) -> None:
    assert [(s.place, s.station.name) for s in served((NORTH, SOUTH), text)] == found


def test_a_village_of_several_transformers_has_several_managers() -> None:
    (north, south) = served((NORTH, SOUTH), "前庄的台区经理")
    assert [m.name for m in north.managers] == ["甲", "乙"] and south.managers == ()


def test_the_office_of_the_own_station_comes_before_all_others(demo: Supplier) -> None:
    (found,) = demo.served("后河村")
    assert [office.name for office in demo.offices_of(found.station)] == ["和尚桥营业厅"]
    assert demo.station("和尚桥供电所电话多少") == demo.station("和尚桥所几点下班") == found.station
