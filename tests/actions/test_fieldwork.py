"""Tickets in a conversation: opened with what was told, found again by their owner alone, changed while they can."""

import pytest
from sqlalchemy import select

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.fieldwork import seed_tickets
from bot.fieldwork.tables import SealedSubject, TroubleTicket
from bot.identity import Identity
from bot.replies.render import CHANNELS
from bot.storage.engine import Database
from tests.actions.desk import KINDS, Desk, rooms
from tests.demo_data import Phones


@pytest.fixture
def desk(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Desk:
    return Desk(clock, identity=identity, billing=billing, customers=customers, **rooms(seeded, clock))


def opened(desk: Desk, words: str = "表箱门坏了,请来人修一下", intent: str = "request_repair") -> str:
    desk.say(words, intent)
    for _ in range(3):
        if desk.kinds == ["service_ask"]:
            asked = desk.cards[0].asked
            desk.say({"place": "前庄村46号", "detail": "关不上了,小孩老去摸", "phone": "13900000001"}[asked])
    assert desk.kinds == ["ticket"]
    return str(desk.cards[0].no)


def row(db: Database, no: str) -> TroubleTicket:
    with db.read() as session:
        return session.get_one(TroubleTicket, no)


@pytest.mark.parametrize("intent", sorted(KINDS))
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_service_ends_with_a_number_and_an_honest_time(desk: Desk, intent: str, channel: str) -> None:
    no = opened(desk, "我要办", intent)
    assert no in desk.text(channel)
    assert not any(word in desk.text(channel) for word in ("保证", "马上", "一定"))
    assert desk.form is None


def test_what_the_opening_says_is_not_asked(desk: Desk, seeded: Database) -> None:
    desk.say("老街口那家表箱门叫风刮掉了", "request_repair", address="老街口")
    assert desk.cards[0].asked == "phone"
    no = desk.choose(0)[0].no
    assert (row(seeded, no).place, row(seeded, no).description) == ("老街口", "老街口那家表箱门叫风刮掉了")


def test_a_complaint_is_taken_with_an_apology_and_not_judged(desk: Desk) -> None:
    opened(desk, "我要投诉", "make_complaint")
    text = desk.text()
    assert "对不起" in text and "24 小时内有人联系您" in text and "5 个工作日内答复处理意见" in text
    assert all(number in text for number in ("95598", "12398", "12345"))


def test_theft_may_be_reported_without_a_name(desk: Desk, seeded: Database) -> None:
    desk.say("有人偷电", "report_theft")
    desk.say("老街第三家")
    desk.say("夜里从表前拉线")
    no = desk.say("不留", "deny")[0].no
    with seeded.read() as session:
        sealed = session.get_one(SealedSubject, no)
    assert (row(seeded, no).conversation_id, sealed.reporter) == (None, "")
    assert "没有留您的任何信息" in desk.text() and "9 个工作日" not in desk.text()
    word = desk.cards[0].query_word
    desk.say("查工单", "check_ticket")
    assert desk.kinds == ["ticket_none"]
    desk.say(f"{no} 口令 {word}", "check_ticket")
    assert desk.kinds == ["ticket"] and "已受理" in desk.text() and "老街" not in desk.text()


def test_the_same_message_again_opens_no_second_ticket(desk: Desk, seeded: Database) -> None:
    desk.say("表箱门坏了,请来人修一下", "request_repair")
    desk.say("前庄村46号")
    slots, form = dict(desk.slots), desk.form
    first = desk.say("不留", "deny")[0].no
    desk.slots, desk.form = slots, form
    assert desk.say("不留", "deny", again=True)[0].no == first
    with seeded.read() as session:
        assert len(session.scalars(select(TroubleTicket)).all()) == 1


def test_no_phone_and_no_answer_are_answers_and_nonsense_is_not(desk: Desk) -> None:
    desk.say("表箱门坏了,请来人修一下", "request_repair")
    desk.say("是")
    assert desk.cards[0].asked == "place" and "没看明白" in desk.text()
    desk.say("前庄村46号")
    desk.say("138几几几")
    assert desk.cards[0].asked == "phone" and "没认出手机号" in desk.text()


@pytest.mark.parametrize("words", ["不留", "匿名吧", "俺没有手机", "不用了", "不想留"])
def test_a_phone_is_never_insisted_on(desk: Desk, words: str) -> None:
    desk.say("表箱门坏了,请来人修一下", "request_repair")
    desk.say("前庄村46号")
    desk.say(words)
    assert desk.kinds == ["ticket"]


def test_another_wish_before_the_phone_does_not_lose_the_first(desk: Desk, seeded: Database) -> None:
    desk.say("我要投诉抄表员骂人,态度恶劣", "make_complaint")
    desk.say("还要举报有人偷电", "report_theft")
    assert desk.kinds == ["ticket", "service_ask"] and desk.form == "service_form"
    with seeded.read() as session:
        assert [t.kind for t in session.scalars(select(TroubleTicket))] == ["complaint"]


def test_progress_is_told_in_the_same_conversation(desk: Desk) -> None:
    no = opened(desk)
    desk.say("查工单", "check_ticket")
    assert desk.kinds == ["ticket"] and no in desk.text() and "已受理" in desk.text()


def test_another_conversation_needs_the_word(desk: Desk, seeded: Database) -> None:
    no = opened(desk)
    word = desk.cards[0].query_word
    desk.conversation_id = "another"
    desk.say(f"查一下{no}", "check_ticket", ticket_no=no)
    assert desk.kinds == ["ticket_none"] and "前庄村" not in desk.text()
    desk.say(f"{no} {word}", "check_ticket", ticket_no=no)
    assert desk.kinds == ["ticket"]


@pytest.mark.parametrize("taken_for", ["inform", "default_fallback"])
def test_number_and_word_alone_are_enough(desk: Desk, taken_for: str) -> None:
    no, word = opened(desk), desk.cards[0].query_word
    desk.conversation_id = "another"
    desk.say(f"{no} 口令 {word}", taken_for, ticket_no=no)
    assert desk.kinds == ["ticket"] and no in desk.text()


def test_what_is_offered_with_a_ticket_found_by_its_word_can_be_chosen(desk: Desk) -> None:
    no, word = opened(desk), desk.cards[0].query_word
    desk.conversation_id = "another"
    desk.say(f"{no} 口令 {word}", "check_ticket", ticket_no=no)
    desk.choose(0)
    assert desk.kinds == ["ticket_urged"]
    desk.say(f"{no} {word} 我想改时间", "reschedule_ticket", ticket_no=no)
    desk.choose(0)
    assert desk.kinds == ["ticket_rescheduled"]


def test_a_ticket_called_off_has_neither_a_visit_nor_anything_to_hurry(desk: Desk) -> None:
    no = opened(desk)
    desk.say("改到明天下午", "reschedule_ticket")
    desk.say("取消", "cancel_ticket")
    desk.say("是的", "affirm")
    assert desk.kinds == ["ticket_cancelled"]
    desk.say(f"查{no}", "check_ticket", ticket_no=no)
    assert desk.kinds == ["ticket"] and "约好" not in desk.text() and desk.cards[0].options == []


def test_who_proved_the_account_sees_its_tickets_and_appointment(
    desk: Desk, phones: Phones, seeded: Database, clock: FixedClock
) -> None:
    seed_tickets(seeded, clock)
    desk.house.identity.request_code("desk", "4100000116", "m0")
    desk.house.identity.check_code("desk", phones.code("13800000116"), "m0c")
    desk.say("师傅到哪了", "check_ticket")
    assert "已派单" in desk.text() and "约好的上门时间:明天 9:00–11:00" in desk.text()


def test_proving_the_account_leads_back_to_its_tickets(
    desk: Desk, phones: Phones, seeded: Database, clock: FixedClock
) -> None:
    seed_tickets(seeded, clock)
    desk.say("师傅到哪了", "check_ticket")
    assert desk.kinds == ["ticket_none"]
    desk.choose(0)
    desk.say("4100000116", account_no="4100000116")
    desk.say(phones.code("13800000116"))
    assert desk.kinds == ["ticket"] and "明天 9:00–11:00" in desk.text()


def test_the_subject_of_a_theft_report_sees_nothing(
    desk: Desk, phones: Phones, seeded: Database, clock: FixedClock
) -> None:
    seed_tickets(seeded, clock)
    desk.house.identity.request_code("desk", "4100000249", "m0")
    desk.house.identity.check_code("desk", phones.code("13800000249"), "m0c")
    desk.say("我有啥工单", "check_ticket")
    assert desk.kinds == ["ticket_none"]
    assert "验证身份" not in desk.text()


def test_urging_goes_onto_the_ticket_there_is(desk: Desk, seeded: Database) -> None:
    no = opened(desk)
    desk.say("怎么还不来", "urge_ticket")
    desk.say("怎么还不来", "urge_ticket", again=True)
    assert desk.kinds == ["ticket_urged"] and row(seeded, no).urged == 1
    assert "第 1 次" in desk.text()


def test_of_several_tickets_one_is_chosen(desk: Desk) -> None:
    first, second = opened(desk), opened(desk, "电表要校一下", "request_meter_test")
    desk.say("催一下", "urge_ticket")
    assert desk.kinds == ["tickets"] and [o.entities["ticket_no"] for o in desk.cards[0].options] == [second, first]
    desk.choose(1)
    assert desk.kinds == ["ticket_urged"] and first in desk.text()


def test_another_time_is_agreed_or_asked_for(desk: Desk) -> None:
    opened(desk)
    desk.say("改个时间", "reschedule_ticket")
    assert desk.kinds == ["ticket_time_ask"]
    assert [o.title for o in desk.cards[0].options] == ["明天上午", "明天下午", "后天上午", "后天下午"]
    desk.choose(1)
    assert desk.kinds == ["ticket_rescheduled"] and "明天" in desk.text()


def test_a_ticket_is_called_off_only_after_a_yes(desk: Desk, seeded: Database) -> None:
    no = opened(desk)
    desk.say("不用来了", "cancel_ticket")
    assert desk.kinds == ["ticket_cancel_ask"] and row(seeded, no).state == "accepted"
    desk.choose(0)
    assert desk.kinds == ["ticket_cancelled"] and row(seeded, no).state == "cancelled"


def test_a_ticket_found_by_its_word_can_be_called_off(desk: Desk, seeded: Database) -> None:
    no = opened(desk)
    word = desk.cards[0].query_word
    desk.conversation_id = "another"
    desk.say(f"{no} {word} 撤了吧", "cancel_ticket")
    desk.choose(0)
    assert row(seeded, no).state == "cancelled"


def test_danger_is_not_called_off(desk: Desk, seeded: Database) -> None:
    ticket = desk.house.fieldwork.open_hazard_ticket("desk", "wire_down", (), "线断了", "m9")
    desk.say("不用来了", "cancel_ticket")
    assert desk.kinds == ["ticket_fixed"] and "不能撤" in desk.text()
    assert row(seeded, ticket.no).state == "accepted"


def test_guessing_words_is_stopped(desk: Desk) -> None:
    no = opened(desk)
    desk.conversation_id = "another"
    for word in range(5):
        desk.say(f"{no} 口令 00000{word}", "check_ticket")
    desk.say(f"{no} 口令 000009", "check_ticket")
    assert "试错太多" in desk.text()
