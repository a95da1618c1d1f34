"""Questions about outages: by area for anybody, by number without saying whose it is."""

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.identity import Identity
from bot.outages import seed_outages
from bot.outages.tables import OutageSubscription
from bot.replies.render import CHANNELS
from bot.storage.engine import Database
from tests.actions.desk import Desk, rooms
from tests.demo_data import Phones


@pytest.fixture
def desk(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Desk:
    seed_outages(seeded, clock)
    return Desk(clock, identity=identity, billing=billing, customers=customers, **rooms(seeded, clock))


def test_tomorrows_outage_is_told_by_area(desk: Desk) -> None:
    desk.say("人民路明天停不停电", "check_outage", address="人民路")
    assert "人民路:明天 8:00–16:00 计划停电(线路检修)" in desk.text()


def test_tomorrows_outage_is_told_by_account_number_without_names(desk: Desk) -> None:
    desk.say("4100000041 明天停电吗", "check_outage", account_no="4100000041")
    assert desk.kinds == ["outage"] and "赵磊" not in desk.text() and "55号院" not in desk.text()


@pytest.mark.parametrize("number", ["4100000017", "4199999999"])
def test_a_number_nobody_has_gets_the_words_of_nothing_known(desk: Desk, number: str) -> None:
    desk.say(f"{number} 停电吗", "check_outage", account_no=number)
    assert desk.kinds == ["outage_none"]
    assert desk.text().startswith("没有查到那里正在停电或要停电的登记")


def test_without_a_place_all_outages_are_listed_by_area(desk: Desk) -> None:
    desk.say("啥时候来电", "check_outage")
    assert desk.kinds == ["outage_list"]
    assert "人民路" in desk.text() and "颍川路" in desk.text() and "文化路" not in desk.text()


def test_an_unknown_cause_is_told_by_the_time_of_the_next_news(desk: Desk, clock: FixedClock) -> None:
    desk.house.outages.revise("TD-DEMO-2", expected=None, cause="", reason="故障点没找到")
    desk.say("颍川路啥时候来电", "check_outage", address="颍川路")
    assert "正在查故障点,9:30 前再告诉您进展" in desk.text()


def test_two_feeders_are_never_told_as_an_outage(desk: Desk) -> None:
    desk.say("4100000082 最近停电吗", "check_outage", account_no="4100000082")
    assert "请提前安排由另一路供电" in desk.text() and "停电" not in desk.text().split("用制氧机")[0]


def test_who_proved_the_account_need_not_say_where(desk: Desk, phones: Phones) -> None:
    desk.house.identity.request_code(desk.conversation_id, "4100000058", "m0")
    desk.house.identity.check_code(desk.conversation_id, phones.code("13800000058"), "m0c")
    desk.say("啥时候来电", "check_outage")
    assert desk.kinds == ["outage"] and "11:00" in desk.text()


@pytest.mark.parametrize("proved", [True, False])
def test_only_who_proved_the_account_hears_that_it_was_cut(desk: Desk, phones: Phones, proved: bool) -> None:
    if proved:
        desk.house.identity.request_code(desk.conversation_id, "4100000025", "m0")
        desk.house.identity.check_code(desk.conversation_id, phones.code("13800000025"), "m0c")
        desk.say("为什么停我家的电", "check_outage")
    else:
        desk.say("4100000025 为什么停电", "check_outage", account_no="4100000025")
    assert desk.kinds == (["arrears"] if proved else ["outage_none"])


@pytest.mark.parametrize(("words", "wished"), [("停电了提前告诉我", True), ("停电短信不要再发了", False)])
def test_a_wish_for_notices_needs_proof_and_is_kept(
    desk: Desk, phones: Phones, seeded: Database, words: str, wished: bool
) -> None:
    desk.say(words, "subscribe_outage")
    assert desk.form == "verify_form"
    desk.say("4100000017", account_no="4100000017")
    desk.say(phones.code("13800000017"))
    assert desk.kinds == ["subscribed"]
    with seeded.read() as session:
        assert session.get_one(OutageSubscription, "4100000017").wished is wished


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_outage_is_told_on_every_channel(desk: Desk, channel: str) -> None:
    desk.say("颍川路停电", "check_outage", address="颍川路")
    assert "预计 今天 11:00 前后来电" in desk.text(channel)
