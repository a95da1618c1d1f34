"""The doctor names what people have still to fill in, by file and field, and who cannot log in yet."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot import cli
from bot.bootstrap import House
from bot.clock import FixedClock
from bot.commands import unfilled
from bot.commands.database import migrate
from bot.commands.doctor import deliveries
from bot.commands.unfilled import Finding
from bot.settings import Settings, load_settings
from bot.storage.engine import Database
from tests.staff.conftest import PASSWORD, cheap_hashes

__all__ = ["cheap_hashes"]
TODAY = date(2026, 11, 24)


@pytest.fixture
def house(db: Database, clock: FixedClock) -> Iterator[House]:
    yield House(Settings(secret="a secret of the tests, 32 characters"), clock, db)


def told(findings: list[Finding]) -> str:
    return "\n".join(line for finding in findings for line in (finding.what, *finding.lines))


@pytest.mark.parametrize(
    "line",
    [
        "data/supplier/profile.yml:官方网站(website)、官方网址的域名(domain)",
        "data/supplier/offices.yml:一个营业厅也没有",
        "data/supplier/desk.yml:坐席值班的时间(hours)",
        "data/supplier/alarms.yml:一个接危险报警短信的人也没有",
        "没有 2027 年的放假安排",
        "data/service_levels.yml 停电报修:办完给什么结果(result)、收不收钱(fee)",
        "data/referrals.yml gas:当地电话(phone)",
        "data/safety/fire.yml 起火冒烟:复核人(reviewer)",
    ],
)
def test_every_empty_field_is_named_with_its_file(line: str) -> None:
    assert line in told(unfilled.papers(TODAY, demo=False))


def test_what_is_empty_is_advice_and_has_a_cure() -> None:
    findings = unfilled.papers(TODAY, demo=False)
    assert all(finding.advice and finding.cure for finding in findings if not finding.fine)


def test_the_demo_has_nothing_of_the_supplier_to_fill_in() -> None:
    assert unfilled.papers(TODAY, demo=True)[0] == Finding(True, "供电公司资料已填全", unfilled.PAPER, advice=True)


def test_a_file_that_cannot_be_read_is_worse_than_an_empty_field(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(unfilled, "FOLDER", tmp_path)
    found = unfilled.papers(TODAY, demo=False)[0]
    assert not found.fine and not found.advice and "profile.yml 读不出来" in found.what


def test_without_anybody_at_the_desk_it_says_so(house: House) -> None:
    assert [finding.fine for finding in unfilled.people(house.staff)] == [False, True]
    assert "还没有一个坐席能登录" in told(unfilled.people(house.staff))


@pytest.mark.usefixtures("cheap_hashes")
def test_an_administrator_without_a_second_factor_is_named(house: House) -> None:
    for login, role in (("boss", "administrator"), ("wang", "agent")):
        house.staff.people.add(login, role)
        house.staff.people.set_password(house.staff.people.link(login), PASSWORD)
    seats, codes = unfilled.people(house.staff)
    assert seats.fine and not codes.fine and "boss" in codes.what and codes.advice
    house.staff.people.disable("boss")
    assert unfilled.people(house.staff)[1].fine


def test_the_command_prints_each_place_on_a_line_of_its_own(monkeypatch, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LAMPLIGHTER_VAR_DIR", str(tmp_path))
    migrate(load_settings())
    monkeypatch.setattr("sys.argv", ["lamplighter", "doctor"])
    with pytest.raises(SystemExit):
        cli.main()
    lines = capsys.readouterr().out.splitlines()
    assert "     · data/supplier/offices.yml:一个营业厅也没有" in lines
    assert any(line.startswith("! 还没有一个坐席能登录") for line in lines)


def test_what_nobody_delivers_is_named(house: House, clock: FixedClock) -> None:
    with house.db.write() as session:
        house.outbox.put(session, channel="sms", address="13800000017", text="停电通知", request_key="n1")
    assert deliveries(house.outbox).fine
    clock.advance(minutes=11)
    finding = deliveries(house.outbox)
    assert not finding.fine and "1 条" in finding.what and "lamplighter worker" in finding.cure
    (parcel,) = house.outbox.take()
    house.outbox.sent(parcel)
    assert deliveries(house.outbox).fine
