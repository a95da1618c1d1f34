"""Offices, stations and managers: from the supplier's files, for the place named, an empty field said as empty."""

from typing import Any

import pytest

from actions import talk as talk_actions
from bot.customers import Customers
from bot.identity import Identity
from bot.knowledge import Knowledge, PolicyLibrary
from bot.replies.render import CHANNELS
from bot.storage.engine import Database
from bot.supplier import DEMO_FOLDER, FOLDER, SupplierFiles
from bot.supplier.asking import asks_for
from tests.actions.talk import Talk, supplied
from tests.actions.test_knowledge import Nobody
from tests.demo_data import Phones
from tests.knowledge.conftest import figures

__all__ = ["figures"]
DEMO = SupplierFiles((DEMO_FOLDER, FOLDER))


@pytest.fixture
def bare(db: Database, clock: Any, figures: Any) -> Talk:
    """The real files, in which nothing is filled in yet."""
    return Talk(clock, knowledge=Knowledge(PolicyLibrary(figures=figures, clock=clock), db, clock), identity=Nobody())


@pytest.fixture
def talk(bare: Talk) -> Talk:
    vars(bare.house).update(supplied(DEMO))
    for action in (talk_actions.ActionInform(), talk_actions.ActionDefaultFallback()):
        bare.actions[action.name()] = action
    return bare


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("营业厅在哪", "office"),
        ("几点上班", "office"),
        ("周六开门不", "office"),
        ("离我最近的营业厅", "office"),
        ("喂我就想问一下咱们这个营业厅它礼拜天开不开门", "office"),
        ("我们村归哪个供电所管", "station"),
        ("石固供电所电话是多少", "station"),
        ("台区经理电话多少", "manager"),
        ("俺村电工电话是多少", "manager"),
        ("包村电工是谁", "manager"),
        ("过户去营业厅要带什么材料", None),
        ("营业厅收现金吗", None),
        ("谷段是几点到几点", None),
        ("明天几点来电", None),
        ("怎么才能考电工证,去哪里报名", None),
        ("我要投诉供电所,电话打不通", None),
        ("表箱归谁管", None),
        ("移动公司营业厅几点下班", None),
    ],
)
def test_what_is_asked_is_told_from_what_policies_answer(text: str, asked: str | None) -> None:
    assert asks_for(text) == asked


def test_offices_are_told_with_place_hours_and_whether_they_are_open(talk: Talk) -> None:
    talk.say("营业厅在哪,周六开门不", "ask_policy")
    assert talk.kinds == ["offices"]
    told = talk.text()
    assert "城区营业厅:建设路1号" in told and "电话:0374-0000010" in told
    assert "周六 9:00–12:00;周日休息;节假日休息。现在开门,到 12:00" in told
    assert "收现金;自助设备:自助缴费机,营业时间可用;无障碍:门口有坡道,有老花镜和轮椅" in told
    assert "说您在哪个镇、哪个村或小区" in told


def test_at_night_the_next_opening_is_told(talk: Talk, clock: Any) -> None:
    clock.advance(hours=9)
    talk.say("营业厅几点开门", "ask_policy")
    assert "现在没开门,明天 8:00 开门" in talk.text()


def test_the_nearest_office_is_that_of_the_village_named(talk: Talk) -> None:
    talk.say("我在后河村,离我最近的营业厅在哪", "ask_policy", address="后河村")
    assert [office.name for office in talk.cards[0].offices] == ["和尚桥营业厅"]
    assert "离后河村近的营业厅" in talk.text()


@pytest.mark.parametrize("text", ["前庄村归哪个供电所管", "俺前庄的电工电话多少", "前庄归谁管"])
def test_a_village_has_its_station_and_its_manager(talk: Talk, text: str) -> None:
    talk.say(text, "ask_policy")
    assert talk.kinds == ["stations"]
    told = talk.text()
    assert "前庄村归和尚桥供电所管" in told and "台区经理:赵台,电话 13700000004" in told
    assert "张台" not in told


def test_a_place_of_nobodys_manager_says_so(talk: Talk) -> None:
    talk.say("锦绣园的台区经理是谁", "ask_policy")
    assert "这里的台区经理供电公司还没有填写,请打 95598" in talk.text()


def test_without_a_place_it_is_asked_for_and_the_bare_place_goes_on(talk: Talk) -> None:
    talk.say("台区经理电话多少", "ask_policy")
    assert "说您是哪个镇、哪个村或小区" in talk.text()
    talk.say("后河村的", "ask_policy", address="后河村")
    assert "后河村归和尚桥供电所管" in talk.text() and "赵台" in talk.text()


@pytest.mark.parametrize("intent", ["inform", "default_fallback"])
def test_a_bare_place_is_understood_however_it_is_classified(talk: Talk, intent: str) -> None:
    talk.say("台区经理电话多少", "ask_policy")
    talk.say("后河村", intent)
    assert "赵台" in talk.text()


def test_a_bare_place_without_such_a_question_is_not_taken_for_one(talk: Talk) -> None:
    talk.say("后河村", "inform")
    assert talk.kinds == ["nothing_open"]


def test_a_place_nobody_has_filled_in_is_said_so(talk: Talk) -> None:
    talk.say("大周镇归哪个供电所管", "ask_policy", address="大周镇")
    assert "大周镇归哪个供电所管,这一项供电公司还没有填写,请打 95598" in talk.text()


def test_what_else_there_is_to_know_is_one_choice_away(talk: Talk) -> None:
    talk.say("营业厅几点开门", "ask_policy")
    talk.choose(0)
    assert talk.kinds == ["policy"] and talk.cards[0].id == "office-hours"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("text", ["营业厅在哪", "台区经理电话多少", "前庄村归哪个供电所管"])
def test_nothing_filled_in_is_said_on_every_channel(bare: Talk, channel: str, text: str) -> None:
    bare.say(text, "ask_policy")
    assert "供电公司还没有填写,请打 95598" in bare.text(channel)
    assert "None" not in bare.text(channel)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("text", ["营业厅在哪", "台区经理电话多少", "前庄村归哪个供电所管", "城区供电所电话"])
def test_everything_filled_in_is_told_on_every_channel(talk: Talk, channel: str, text: str) -> None:
    talk.say(text, "ask_policy")
    told = talk.text(channel)
    assert "None" not in told and "没有填写" not in told
    assert len(told) < 700 and (channel != "sms" or "0374" in told or "村名" in told)


def test_who_proved_the_account_need_not_say_where(
    seeded: Database, clock: Any, identity: Identity, customers: Customers, phones: Phones, figures: Any
) -> None:
    knowledge = Knowledge(PolicyLibrary(figures=figures, clock=clock), seeded, clock)
    talk = Talk(clock, knowledge=knowledge, identity=identity, customers=customers, **supplied(DEMO))
    identity.request_code(talk.conversation_id, "4100000066", "m0")
    identity.check_code(talk.conversation_id, phones.code("13800000066"), "m0c")
    talk.say("台区经理电话多少", "ask_policy")
    assert "后河村归和尚桥供电所管" in talk.text() and "赵台" in talk.text()
