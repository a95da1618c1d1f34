"""No power and other faults, as customers live them: records first, few questions, an honest end."""

import pytest
from sqlalchemy import func, select

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.fieldwork.tables import TroubleTicket
from bot.identity import Identity
from bot.outages import seed_outages
from bot.outages.tables import NoPowerReport
from bot.replies.render import CHANNELS
from bot.storage.engine import Database
from tests.actions.desk import Desk, rooms
from tests.demo_data import Phones


@pytest.fixture
def desk(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Desk:
    seed_outages(seeded, clock)
    return Desk(clock, identity=identity, billing=billing, customers=customers, **rooms(seeded, clock))


def prove(desk: Desk, phones: Phones, account_no: str) -> None:
    desk.house.identity.request_code(desk.conversation_id, account_no, "m0")
    desk.house.identity.check_code(desk.conversation_id, phones.code(f"13800000{account_no[-3:]}"), "m0c")


def tickets(db: Database) -> list[TroubleTicket]:
    with db.read() as session:
        return list(session.scalars(select(TroubleTicket).order_by(TroubleTicket.no)))


def test_the_neighbours_are_asked_first_then_the_switch(desk: Desk) -> None:
    desk.say("俺家没电了", "report_no_power")
    assert [o.title for o in desk.cards[0].options] == ["只有我家没电", "邻居也没电", "不知道"]
    desk.choose(0)
    assert "手柄" in desk.text()
    desk.choose(0)
    assert desk.kinds == ["self_help"] and "复位" in desk.text()
    assert desk.form is None


def test_self_help_that_did_not_help_becomes_a_ticket(desk: Desk, seeded: Database) -> None:
    for words in ("俺家没电了", "只有我家", "跳下来了"):
        desk.say(words, "report_no_power" if words == "俺家没电了" else "inform")
    desk.say("还是没电", "report_no_power")
    assert desk.kinds == ["service_ask"]
    desk.say("前庄村东头第二家", address="前庄村东头")
    desk.say("13900000001", phone="13900000001")
    assert desk.kinds == ["ticket"]
    (ticket,) = tickets(seeded)
    assert (ticket.kind, ticket.place, ticket.phone, ticket.area) == (
        "no_power",
        "前庄村东头第二家",
        "13900000001",
        "rural",
    )
    assert "一般 90 分钟左右到(农村平均),最迟不超过 120 分钟" in desk.text()
    assert "到不了会提前告诉您原因" in desk.text() and ticket.no in desk.text()


def test_not_knowing_anything_ends_with_somebody_coming(desk: Desk, seeded: Database) -> None:
    desk.say("没电了", "report_no_power")
    for _ in range(5):
        if desk.kinds == ["question"]:
            desk.say("不知道", "dont_know")
    assert desk.kinds == ["service_ask"]
    desk.say("不知道这是哪", "dont_know")
    desk.say("不留", "deny")
    assert desk.kinds == ["ticket"] and "城区" in desk.text() and "农村" in desk.text()
    with seeded.read() as session:
        assert session.scalar(select(func.count()).select_from(NoPowerReport)) == 1


def test_a_known_outage_of_the_area_is_told_and_nothing_is_asked(desk: Desk, seeded: Database) -> None:
    desk.say("颍川路没电了", "report_no_power", address="颍川路")
    assert desk.kinds == ["outage"] and desk.form is None
    assert "预计 今天 11:00 前后来电,可能提前或推后,有变化马上通知" in desk.text()
    assert not any(word in desk.text() for word in ("保证", "一定"))
    assert tickets(seeded) == []


def test_a_known_outage_is_not_used_against_the_evidence(desk: Desk) -> None:
    desk.say("颍川路这儿就我家没电,邻居家都有电", "report_no_power", address="颍川路")
    assert desk.kinds == ["question"]


def test_the_place_told_at_the_end_still_finds_the_outage(desk: Desk, seeded: Database) -> None:
    desk.say("邻居也没电", "report_no_power")
    while desk.kinds == ["question"]:
        desk.say("不知道", "dont_know")
    desk.say("颍川路9号院")
    assert desk.kinds == ["outage"] and tickets(seeded) == []


@pytest.mark.parametrize(
    ("words", "entities"),
    [
        ("4100000058", {"account_no": "4100000058"}),
        ("户号是4100000058,邻居也没电", {"account_no": "4100000058"}),
        ("颍川路", {"address": "颍川路"}),
    ],
)
def test_the_place_told_between_the_questions_finds_the_outage(desk: Desk, words: str, entities: dict) -> None:
    desk.say("家里没电了", "report_no_power")
    desk.say(words, **entities)
    assert desk.kinds == ["outage"] and desk.form is None


def test_a_number_told_between_the_questions_is_kept_whether_or_not_somebody_has_it(
    desk: Desk, seeded: Database
) -> None:
    said = []
    for number in ("4100000066", "4199999999"):
        desk.slots.clear()
        desk.say("家里没电了", "report_no_power")
        desk.say(number, account_no=number)
        asked = (desk.kinds, desk.text())
        desk.say("赶紧派人", "request_repair")
        desk.say("不留", "deny")
        said.append((asked, desk.kinds, desk.text().replace(number, "").replace(desk.cards[0].no, "")))
    assert said[0][0] == said[1][0] and said[0][0][0] == ["question"] and "没看明白" not in said[0][0][1]
    assert said[0][1] == said[1][1] == ["ticket"]
    assert [(t.account_no, t.place) for t in tickets(seeded)] == [("4100000066", "4100000066"), (None, "4199999999")]
    assert "城区" in said[0][2] and "城区" in said[1][2]


@pytest.mark.parametrize("ticket_before", [False, True])
def test_hurry_up_with_no_ticket_to_hurry_asks_for_somebody(desk: Desk, ticket_before: bool) -> None:
    if ticket_before:
        for words, intent in (("没电了", "report_no_power"), ("派人", "request_repair"), ("前庄村", "inform")):
            desk.say(words, intent)
        desk.say("不留", "deny")
    desk.say("家里没电了", "report_no_power")
    desk.say("赶紧派人来", "urge_ticket")
    assert desk.kinds == (["ticket_urged", "question"] if ticket_before else ["service_ask"])


def test_part_of_an_options_title_is_that_option(desk: Desk) -> None:
    desk.say("就我家没电", "report_no_power")
    desk.say("合着。")
    assert "没看明白" not in desk.text() and "手柄" not in desk.text()


def test_a_phone_told_between_the_questions_is_not_asked_for_again(desk: Desk, seeded: Database) -> None:
    desk.say("家里没电了", "report_no_power")
    desk.say("13900000001", phone="13900000001")
    assert desk.kinds == ["question"] and "没看明白" not in desk.text()
    desk.say("前庄村东头", address="前庄村东头")
    desk.say("赶紧派人", "request_repair")
    assert [(t.place, t.phone) for t in tickets(seeded)] == [("前庄村东头", "13900000001")]


def test_a_number_in_the_first_message_is_not_asked_for_again(desk: Desk, seeded: Database) -> None:
    desk.say("4100000066没电了,赶紧派人", "report_no_power", account_no="4100000066")
    desk.say("赶紧派人", "request_repair")
    desk.say("13900000001", phone="13900000001")
    assert [(t.account_no, t.phone) for t in tickets(seeded)] == [("4100000066", "13900000001")]


def test_neighbours_out_is_warned_of_fallen_wires_with_the_next_question(desk: Desk) -> None:
    desk.say("没电了", "report_no_power")
    desk.say("邻居也没电")
    assert desk.kinds == ["question"] and "别靠近别碰!离它至少8米" in desk.text()


@pytest.mark.parametrize("account_no", ["4100000025", "4100000066"])
def test_without_proof_nobody_hears_why_the_meter_is_off(desk: Desk, account_no: str) -> None:
    said = []
    for number in (account_no, "4199999999"):
        desk.slots.clear()
        desk.say(f"{number} 就我家没电,空开没跳,电表写着请购电", "report_no_power", account_no=number)
        said.append((desk.kinds, desk.text()))
    assert said[0] == said[1]
    assert said[0][0] == ["cannot_match"] and "欠" not in said[0][1]


def test_proving_the_account_shows_that_it_was_cut(desk: Desk, phones: Phones) -> None:
    desk.say("就我家没电,空开没跳,电表写着请购电", "report_no_power")
    desk.choose(0)
    desk.say("4100000025", account_no="4100000025")
    desk.say(phones.code("13800000025"))
    assert desk.kinds == ["arrears"]


def test_proving_an_account_in_order_says_so(desk: Desk, phones: Phones) -> None:
    desk.say("就我家没电,空开没跳,电表写着请购电", "report_no_power")
    desk.choose(0)
    desk.say("4100000066", account_no="4100000066")
    desk.say(phones.code("13800000066"))
    assert desk.kinds == ["supply_in_order"]
    desk.choose(0)
    assert desk.kinds == ["ticket"] and "后河村" in desk.text()


def test_a_proved_account_that_was_cut_is_told_at_once(desk: Desk, phones: Phones) -> None:
    prove(desk, phones, "4100000025")
    desk.say("家里没电了", "report_no_power")
    assert desk.kinds == ["arrears"] and desk.form is None


def test_a_proved_account_in_an_outage_is_told_at_once(desk: Desk, phones: Phones) -> None:
    prove(desk, phones, "4100000058")
    desk.say("家里没电了", "report_no_power")
    assert desk.kinds == ["outage"] and "抢修人员已在现场" in desk.text()


def test_a_feeder_that_is_back_does_not_explain_a_dark_box(desk: Desk, phones: Phones) -> None:
    prove(desk, phones, "4100000223")
    desk.say("我家还没电", "report_no_power")
    assert desk.kinds == ["question"]


def test_a_proved_account_is_not_asked_where_it_is(desk: Desk, phones: Phones, seeded: Database) -> None:
    prove(desk, phones, "4100000066")
    desk.say("没电了,别问了", "report_no_power")
    desk.say("赶紧派人来", "request_repair")
    assert desk.kinds == ["ticket"]
    assert [(t.account_no, t.place) for t in tickets(seeded)] == [("4100000066", "石固镇后河村12号")]


def test_the_same_message_again_opens_no_second_ticket(desk: Desk, seeded: Database) -> None:
    for words, intent in (("没电了", "report_no_power"), ("赶紧派人", "request_repair"), ("前庄村", "inform")):
        desk.say(words, intent)
    slots, form = dict(desk.slots), desk.form
    first = desk.say("不留", "deny")[0]
    desk.slots, desk.form = slots, form
    again = desk.say("不留", "deny", again=True)[0]
    assert first.no == again.no and len(tickets(seeded)) == 1


def test_what_cannot_be_read_is_explained_and_the_third_time_a_person_is_fetched(desk: Desk) -> None:
    desk.say("没电了", "report_no_power")
    desk.say("哎呀这可咋整哩")
    assert desk.kinds == ["question"] and "没看明白" in desk.text()
    desk.say("啥意思呀嘛")
    desk.say("烦死人了")
    assert desk.form is None and desk.slots["followed"] == "action_request_human"


def test_a_question_in_between_is_let_through_and_the_open_one_asked_again(desk: Desk) -> None:
    desk.say("没电了", "report_no_power")
    desk.say("人民路明天停电吗", "check_outage")
    assert desk.kinds == ["outage", "question"]
    desk.say("只有我家")
    assert "手柄" in desk.text()


def test_a_likely_neutral_fault_is_urgent(desk: Desk, seeded: Database) -> None:
    desk.say("突然灯特别亮,邻居家有的亮有的暗", "report_voltage_problem")
    assert desk.kinds == ["hazard"] and desk.text().startswith("马上拉下家里总闸")
    desk.say("老街社区3号")
    desk.say("不留", "deny")
    (ticket,) = tickets(seeded)
    assert (ticket.kind, ticket.urgency) == ("hazard", "urgent") and "45 分钟" in desk.text()
    assert ticket.flags == ["neutral_fault"]


def test_a_wiring_fault_never_begins_with_not_ours(desk: Desk) -> None:
    desk.say("总闸一合就跳,插头都拔了还是跳", "report_tripping")
    while desk.kinds == ["question"]:
        desk.say("没有", "deny")
    assert desk.kinds == ["own_electrician"]
    assert "不归" not in desk.text() and "持证电工" in desk.text()
    desk.choose(0)
    assert desk.kinds == ["service_ask"]


def test_every_card_of_a_diagnosis_can_be_said_on_every_channel(desk: Desk) -> None:
    for words, intent in (("没电了", "report_no_power"), ("邻居也没电", "inform"), ("派人", "request_repair")):
        desk.say(words, intent)
        assert all(desk.text(channel).strip() for channel in CHANNELS)
