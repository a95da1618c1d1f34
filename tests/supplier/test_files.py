"""The supplier's files: live within a second, a broken one changes nothing, what is not filled in is named."""

from pathlib import Path

import pytest
import yaml

from bot.clock import FixedClock
from bot.errors import ConfigurationError
from bot.replies.cards.talk import Greet
from bot.replies.render import Renderer
from bot.settings import ROOT
from bot.supplier import FOLDER, Supplier, SupplierFiles, load_supplier
from tests.supplier.conftest import Seconds


def test_what_is_saved_is_live_within_a_second(
    folder: Path, files: SupplierFiles, seconds: Seconds, clock: FixedClock
) -> None:
    renderer = Renderer(files.supplier, clock)
    assert "长葛供电" in renderer.text(Greet(), "web")
    profile = folder / "profile.yml"
    profile.write_text(profile.read_text("utf-8").replace("长葛供电", "别处供电"), "utf-8")
    seconds.now += 1
    assert "别处供电" in renderer.text(Greet(), "web")


def test_a_broken_file_leaves_everything_as_it_was(folder: Path, files: SupplierFiles, seconds: Seconds) -> None:
    before = files.supplier()
    (folder / "offices.yml").write_text("- {name: 城区营业厅, hours: 8点开门}\n", "utf-8")
    seconds.now += 1
    assert files.supplier() is before
    (folder / "offices.yml").write_text("- {name: 城区营业厅, hours: 8:00-12:00}\n", "utf-8")
    seconds.now += 1
    assert [office.name for office in files.supplier().offices] == ["城区营业厅"]


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("offices.yml", "- {name: 城区营业厅, hours: 8点开门}", "offices.yml 有误:第 1 项的 hours:看不懂“8点开门”"),
        ("offices.yml", "- {name: 城区营业厅, hours: 12:00-8:00}", "时间先后不对"),
        ("offices.yml", "- {name: 城区营业厅, adress: 建设路}", "第 1 项的 adress:没有这一项,请检查拼写"),
        ("offices.yml", "- {address: 建设路}", "第 1 项的 name:没有填"),
        ("offices.yml", "- {name: 城区营业厅, cash: 也许}", "第 1 项的 cash:应写 true 或 false"),
        ("offices.yml", "- {name: 城区营业厅, station: 没有的所}", "stations.yml 里没有"),
        ("stations.yml", "- name: 一所\n phone: 1", "第 2 行附近格式不对"),
        ("holidays.yml", "holidays: [{name: 元旦, from: 2027-01-03, to: 2027-01-01}]", "to 不能早于 from"),
        ("desk.yml", "hours: {周八: 8:00-12:00}", "看不懂“周八”"),
        ("desk.yml", "hours: {周一: 8:00-12:00, 节假日: 不知道}", "节假日应写“休息”或“照常”"),
        ("profile.yml", "name: 一个公司", "short_name:没有填"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_field(folder: Path, file: str, content: str, told: str) -> None:
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        SupplierFiles((folder,)).supplier()
    assert told in refused.value.message and "Error" not in refused.value.message


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "stations.yml").unlink()
    with pytest.raises(ConfigurationError, match=r"stations\.yml 读不出来"):
        SupplierFiles((folder,)).supplier()


def test_a_number_stays_as_it_was_typed(folder: Path) -> None:
    (folder / "offices.yml").write_text(
        "- {name: 城区营业厅, phone: 03740000010}\n- {name: 二, phone: 13700000001}", "utf-8"
    )
    supplier = load_supplier((folder,))
    assert [office.phone for office in supplier.offices] == ["03740000010", "13700000001"]
    assert supplier.hotline == "95598"


def test_the_real_files_say_what_is_not_filled_in() -> None:
    missing = {(hole.file, hole.what) for hole in load_supplier((FOLDER,)).unfilled()}
    assert ("profile.yml", "官方网站(website)") in missing and ("offices.yml", "一个营业厅也没有") in missing
    assert {file for file, _ in missing} == {"profile.yml", "offices.yml", "stations.yml", "desk.yml", "alarms.yml"}


def test_the_holes_of_an_office_are_told_with_its_name(folder: Path) -> None:
    (folder / "offices.yml").write_text("- {name: 城区营业厅, address: 建设路1号, hours: {周一: 8:00-12:00}}", "utf-8")
    holes = [hole for hole in load_supplier((folder,)).unfilled() if hole.file == "offices.yml"]
    assert {hole.whose for hole in holes} == {"城区营业厅"}
    assert [hole.what for hole in holes][-1].startswith("节假日休息还是照常")
    assert not any(hole.what.startswith("地址") for hole in holes)


def test_the_demo_is_complete(demo: Supplier) -> None:
    assert demo.unfilled() == []
    assert len(demo.stations) == 2 and len(demo.offices) == 2


def test_the_demo_agrees_with_the_demo_network_and_customers(demo: Supplier) -> None:
    """A 台区经理 per transformer of the supplier's, and every customer's village at their own station."""
    network = yaml.safe_load((ROOT / "data" / "demo" / "network.yml").read_text("utf-8"))
    public = [
        transformer
        for substation in network
        for feeder in substation["feeders"]
        for section in feeder["sections"]
        for transformer in section["transformers"]
        if transformer.get("owner", "supplier") == "supplier"
    ]
    for transformer in public:
        (found,) = demo.served(transformer["name"])
        assert [(m.name, m.phone) for m in found.managers] == [(transformer["manager"], transformer["manager_phone"])]
    for name in ("residential", "business"):
        for customer in yaml.safe_load((ROOT / "data" / "demo" / f"{name}.yml").read_text("utf-8")):
            stations = {found.station.name for found in demo.served(customer["village"])}
            assert stations == {customer["station"]}, customer["account_no"]


def test_nothing_of_one_supplier_is_in_code() -> None:
    code = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").glob("*.py"), *(ROOT / "bot").rglob("*.j2")]
    assert [path.name for path in code if "长葛" in path.read_text("utf-8")] == []
