"""Level 1: what a phone hears that its channel has proved, by SMS as in WeChat, without a code."""

from collections.abc import Callable

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.fieldwork import seed_tickets
from bot.identity import Identity
from bot.identity.office import PhoneChange
from bot.outages import seed_outages
from bot.storage.engine import Database
from tests.actions.desk import Desk, rooms
from tests.demo_data import Phones, prove

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
ZHENG, ZHENG_PHONE = "4100000116", "13800000116"
LIU, LIU_PHONE = "4100000058", "13800000058"
STRANGER = "13900000000"
CHANGES = {"reschedule_ticket": "改到后天上午", "cancel_ticket": "不用来了"}
Reach = Callable[[str], None]


@pytest.fixture
def desk(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Desk:
    seed_outages(seeded, clock)
    seed_tickets(seeded, clock)
    return Desk(clock, identity=identity, billing=billing, customers=customers, **rooms(seeded, clock))


@pytest.fixture(params=["sms", "wechat"])
def reach(request: pytest.FixtureRequest, desk: Desk, identity: Identity, phones: Phones) -> Reach:
    """Writes from a phone the carrier proves, or from a WeChat that was bound with it."""

    def reached(account_no: str) -> None:
        if request.param == "sms":
            by_phone(desk, f"13800000{account_no[-3:]}")
            return
        identity.bindings.bind(
            "wechat", OPENID, account_no, prove(identity, phones, account_no), request_key=f"{account_no}:bind"
        )
        desk.house.proven_by_channel = lambda _: identity.bindings.accounts_of("wechat", OPENID)

    return reached


def by_phone(desk: Desk, phone: str) -> None:
    desk.house.proven_by_channel = lambda _: desk.house.identity.accounts_of_proven_phone(phone)


def test_its_own_home_is_known_without_a_number(desk: Desk, reach: Reach) -> None:
    reach(LIU)
    desk.say("我家啥时候来电", "check_outage")
    assert desk.kinds == ["outage"] and "11:00" in desk.text("sms")
    assert not any(word in desk.text(channel) for channel in ("sms", "wechat", "web") for word in ("刘芳", "号院"))


def test_another_place_that_is_named_is_not_taken_for_home(desk: Desk, reach: Reach) -> None:
    reach(LIU)
    desk.say("人民路明天停不停电", "check_outage", address="人民路")
    assert "人民路:明天 8:00–16:00" in desk.text("sms") and "颍川路" not in desk.text("sms")


def test_arrears_are_not_told_as_the_cause_of_a_dark_home(desk: Desk, reach: Reach) -> None:
    reach("4100000025")
    desk.say("我家咋停电了", "check_outage")
    assert desk.kinds == ["outage_none"] and "欠" not in desk.text("sms")


@pytest.mark.parametrize("channel", ["sms", "wechat"])
def test_an_open_ticket_and_its_appointment_are_told_without_place_or_word(
    desk: Desk, reach: Reach, channel: str
) -> None:
    reach(ZHENG)
    desk.say("我报的修到哪一步了", "check_ticket")
    assert desk.kinds == ["ticket"]
    text = desk.text(channel)
    assert "明天 9:00" in text
    assert not any(word in str(desk.cards[0].dump()) + text for word in ("116116", "建设路", "郑红"))


def test_an_open_ticket_may_be_urged(desk: Desk, reach: Reach) -> None:
    reach(ZHENG)
    desk.say("催一下我的工单", "urge_ticket")
    assert desk.kinds == ["ticket_urged"]


@pytest.mark.parametrize("intent", sorted(CHANGES))
def test_nothing_is_changed_without_a_code_or_the_word(desk: Desk, reach: Reach, intent: str) -> None:
    reach(ZHENG)
    desk.say("我报的修到哪一步了", "check_ticket")
    no = desk.cards[0].dump()["no"]
    for text in (CHANGES[intent], f"{no} {CHANGES[intent]}"):
        desk.say(text, intent)
        assert desk.kinds == ["ticket_none"], text
    desk.say(f"{no} 116116 {CHANGES[intent]}", intent)
    assert desk.kinds in (["ticket_rescheduled"], ["ticket_cancel_ask"])


def test_closed_tickets_and_sealed_ones_are_not_told(desk: Desk, reach: Reach) -> None:
    reach("4100000249")  # a theft report is open against it
    desk.say("我的工单", "check_ticket")
    assert desk.kinds == ["ticket_none"]
    reach(ZHENG)
    (ticket,) = desk.house.fieldwork.of_account(ZHENG)
    desk.house.fieldwork.cancel(ticket.no, request_key="office")
    by_phone(desk, ZHENG_PHONE)
    desk.say("我的工单", "check_ticket")
    assert desk.kinds == ["ticket_none"]


@pytest.mark.parametrize("tail", ["017", "025", "033", "058", "074", "116", "124", "132", "140", "207"])
def test_a_balance_tells_neither_name_nor_address_nor_use(
    desk: Desk, reach: Reach, customers: Customers, tail: str
) -> None:
    account_no = f"4100000{tail}"
    reach(account_no)
    desk.say("还欠多少钱", "check_balance")
    assert desk.kinds == ["balance"]
    account = customers.account(account_no)
    for channel in ("sms", "wechat", "web"):
        text = desk.text(channel)
        assert account.holder not in text and "kWh" not in text and "度" not in text, text


@pytest.mark.parametrize("intent", ["check_balance", "check_outage", "check_ticket"])
def test_another_phone_hears_nothing(desk: Desk, intent: str) -> None:
    by_phone(desk, STRANGER)
    desk.say("我家的情况", intent)
    assert desk.kinds in (["identifier_ask"], ["outage_list"], ["ticket_none"])


@pytest.mark.parametrize("number", [ZHENG, ZHENG_PHONE])
def test_a_number_in_the_words_is_no_proof(desk: Desk, reach: Reach, number: str) -> None:
    reach(LIU)
    desk.say(f"{number} 欠多少钱", "check_balance")
    assert "balance" not in desk.kinds
    desk.form = None
    desk.say("查工单", "check_ticket", account_no=ZHENG)
    assert desk.kinds == ["ticket_none"]


@pytest.mark.parametrize("intent", ["check_balance", "check_ticket"])
def test_a_phone_given_to_somebody_else_opens_nothing_once_the_office_has_changed_it(
    desk: Desk, reach: Reach, identity: Identity, intent: str
) -> None:
    reach(ZHENG)
    change = PhoneChange(ZHENG, "13800007777", "郑红", "holder", "身份证")
    identity.office.change_phone(change, staff_id="s1", request_key="d1")
    desk.say("我家的情况", intent)
    assert desk.kinds in (["identifier_ask"], ["ticket_none"])
