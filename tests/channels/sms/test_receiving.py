"""The way in: once, whole, in order; danger first; no talk with machines; the channel's own words."""

import threading

import pytest
from sqlalchemy import func, select

from bot.channels.sms.driver import Report
from bot.channels.sms.tables import SmsContact, SmsSegment
from bot.channels.sms.words import words
from bot.conversations.tables import Conversation, Message
from bot.replies.cards import Option
from bot.replies.cards.knowledge import Policy
from bot.replies.cards.talk import Clarify, Thank
from bot.storage.engine import Database
from tests.channels.sms.conftest import PHONE, Office

SENTENCE = "阶梯电价按年计算,第一档每度多少钱以当地物价文件为准,家里人口多可以申请加一档。"
DANGER = "村口电线断了掉地上冒火花"


def long_answer(options: list[Option] | None = None) -> Policy:
    return Policy(id="p", title="阶梯", short=SENTENCE * 14, body="", options=options or [])


def kinds(office: Office) -> list[str]:
    return [delivery.kind for delivery in office.deliveries()]


def said(office: Office) -> list[str]:
    with office.room.db.read() as session:
        return list(session.scalars(select(Message.text).where(Message.author == "customer").order_by(Message.seq)))


def test_the_same_delivery_three_times_at_once_is_one_message(office: Office) -> None:
    got, failed = [], []

    def arrive() -> None:
        try:
            got.append(office.receive("查电费", "d1"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=arrive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sum(received is not None and received.new for received in got) == 1
    assert (said(office), office.outcomes()) == (["查电费"], ["taken"])


@pytest.mark.parametrize("text", ["TD", "帮助"])
def test_a_command_three_times_at_once_is_answered_once(office: Office, text: str) -> None:
    threads = [threading.Thread(target=office.receive, args=(text, "d1")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (said(office), len(office.deliveries())) == ([text], 1)


def test_a_delivery_without_a_name_is_told_apart_by_its_words_and_time(office: Office) -> None:
    assert office.receive("查电费", None) is not None
    assert office.receive("查电费", None) is None
    assert office.receive("查余额", None) is not None
    office.room.clock.advance(seconds=31)
    assert office.receive("查电费", None) is not None
    assert len(said(office)) == 3


def test_every_way_to_write_a_number_is_the_same_customer(office: Office) -> None:
    for sender in ("13800000017", "8613800000017", "+8613800000017", "008613800000017"):
        office.receive("您好", sender=sender)
    with office.room.db.read() as session:
        assert [c.address for c in session.scalars(select(Conversation))] == [PHONE]


def test_the_parts_of_a_long_text_are_put_together_whatever_their_order(office: Office) -> None:
    assert office.receive("二", "b", number=2, of=3, ref=9) is None
    assert office.receive("三", "c", number=3, of=3, ref=9) is None
    assert office.receive("二", "b", number=2, of=3, ref=9) is None
    assert office.receive("一", "a", number=1, of=3, ref=9) is not None
    assert office.receive("一", "a", number=1, of=3, ref=9) is None
    assert said(office) == ["一二三"]
    with office.room.db.read() as session:
        assert session.scalar(select(func.count()).select_from(SmsSegment)) == 0


def test_a_part_that_never_comes_does_not_keep_the_others(office: Office) -> None:
    office.receive("家里没电了,", "a", number=1, of=3, ref=9)
    office.receive("快来人", "c", number=3, of=3, ref=9)
    assert list(office.receiving.receive_late()) == []
    office.room.clock.advance(minutes=5)
    assert len(list(office.receiving.receive_late())) == 1
    assert list(office.receiving.receive_late()) == []
    assert said(office) == ["家里没电了,…快来人"]


def test_danger_in_parts_is_danger(office: Office) -> None:
    office.receive("村口电线断", "a", number=1, of=2, ref=1)
    received = office.receive("了掉地上冒火花", "b", number=2, of=2, ref=1)
    assert received is not None and received.hazard is not None
    assert len(office.post()) == 1


@pytest.mark.parametrize("sender", ["10690001234", "95598", "10086", "12306", "4001234567", "abc", "1" * 30, ""])
def test_numbers_of_services_are_not_answered(small: Office, sender: str) -> None:
    assert small.receive("您的话费余额不足", sender=sender) is None
    assert (small.outcomes(), said(small), small.post()) == (["no_reply"], [], [])


def test_our_own_words_sent_back_are_not_answered(office: Office) -> None:
    office.room.dialogue.answers = [[Thank()], [long_answer()]]
    (first,) = office.ask("谢谢")
    page = "".join(office.ask("阶梯电价"))
    for echo in (first, first.split("】")[1], page, page.split("】")[1][:30], f"自动回复:{first.split('】')[1]}"):
        assert office.receive(echo) is None
    assert office.post() == []
    assert office.outcomes().count("echo") == 5


def test_our_safety_words_sent_back_are_no_danger(office: Office) -> None:
    office.outbox.send(PHONE, "别靠近别碰!断落的电线离它至少8米,越远越好", "k")
    assert office.receive("别靠近别碰!断落的电线离它至少8米,越远越好") is None
    assert office.room.desk.reported == {}


def test_a_robot_that_always_says_the_same_is_answered_three_times(office: Office) -> None:
    for _ in range(10):
        office.receive("您好,我现在不方便接听,稍后联系您")
    assert office.outcomes().count("taken") == 3
    assert len(said(office)) == 10, "its words are kept all the same"


def test_two_robots_fall_silent(office: Office) -> None:
    """Each answer of ours draws a new answer of theirs; the talk ends by itself."""
    answers = 0
    received = office.receive("自动回复 0")
    for number in range(1, 60):
        if received is not None and received.for_bot:
            office.room.serve(received.conversation_id)
        answers += len(office.post())
        received = office.receive(f"自动回复 {number}")
    assert answers == 21  # twenty and the word that silence follows
    assert kinds(office)[-1] == "sms_paused"
    with office.room.db.read() as session:
        contact = session.get_one(SmsContact, PHONE)
        assert contact.silent_until is not None and contact.silent_reason == "too_many"


def silenced(office: Office) -> None:
    for number in range(21):
        office.receive(f"第{number}条")
    office.post()


def test_silence_ends(office: Office) -> None:
    silenced(office)
    assert office.receive("在吗").for_bot is False  # type: ignore[union-attr]
    office.room.clock.advance(minutes=11)
    assert office.receive("在吗").for_bot is True  # type: ignore[union-attr]


def test_danger_breaks_the_silence_and_does_not_loop_either(office: Office) -> None:
    silenced(office)
    for number in range(20):
        office.receive(f"{DANGER}{number}")
    assert len(office.room.desk.reported) == 5
    assert len(office.post()) == 5


def test_td_is_obeyed_even_in_silence(office: Office) -> None:
    silenced(office)
    office.receive("TD")
    with office.room.db.read() as session:
        assert session.get_one(SmsContact, PHONE).notices_off_at is not None
    assert office.post() == []


def test_td_says_what_still_comes_and_another_way_is_chosen_by_number(office: Office) -> None:
    office.receive("td")
    answer = "".join(office.post())
    assert "还会发;要改成别的方式送达,请回复 2(电话)或 3(家人手机)" in answer
    received = office.receive("3")
    assert received is not None and received.for_bot is False
    assert kinds(office)[-1] == "notices_family_ask"


def test_notices_come_again_and_the_word_means_nothing_else_before(office: Office) -> None:
    assert office.receive("恢复").for_bot is True  # type: ignore[union-attr]
    office.receive("退订")
    assert office.receive("恢复").for_bot is False  # type: ignore[union-attr]
    with office.room.db.read() as session:
        assert session.get_one(SmsContact, PHONE).notices_off_at is None
    assert kinds(office)[-2:] == ["notices_off", "notices_on"]


def test_the_rest_of_a_long_answer_comes_when_it_is_asked_for(office: Office) -> None:
    office.room.dialogue.answers = [[long_answer()]]
    pages = office.ask("阶梯电价")
    assert "".join(pages).endswith(words().more_line)
    while not office.receive("1").for_bot:  # type: ignore[union-attr]
        pages += office.post()
    full = "".join(page.split("】", 1)[1] for page in _whole(pages))
    assert full.replace(words().more_line, "").replace("\n", "") == SENTENCE * 14


def _whole(parts: list[str]) -> list[str]:
    """Pages out of the network's parts: each page begins with the signature."""
    found: list[str] = []
    for part in parts:
        if part.startswith("【"):
            found.append(part)
        else:
            found[-1] += part
    return found


def test_the_same_wish_for_more_twice_sends_one_page(office: Office) -> None:
    office.room.dialogue.answers = [[long_answer()]]
    office.ask("阶梯电价")
    threads = [threading.Thread(target=office.receive, args=("1", "d9")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(office).count("more") == 1


def test_one_is_the_next_page_until_the_options_are_shown(office: Office) -> None:
    office.room.dialogue.answers = [[long_answer([Option(title="转人工", intent="request_human")])]]
    shown = office.ask("阶梯电价")
    pages = 1
    while "1. 转人工" not in "".join(shown):
        assert office.receive("1").for_bot is False  # type: ignore[union-attr]
        shown = office.post()
        pages += 1
    assert pages > 1
    received = office.receive("1")
    assert received is not None and received.for_bot


def test_a_newer_answer_with_options_takes_the_number(office: Office) -> None:
    option = Option(title="查电费", intent="check_bill")
    office.room.dialogue.answers = [[long_answer(), Clarify(options=[option])]]
    office.ask("阶梯电价")
    assert office.receive("1").for_bot is True  # type: ignore[union-attr]


def test_after_another_question_one_is_an_answer_again(office: Office) -> None:
    office.room.dialogue.answers = [[long_answer()], [Thank()]]
    office.ask("阶梯电价")
    office.ask("谢谢")
    assert office.receive("1").for_bot is True  # type: ignore[union-attr]


def test_a_text_without_words_changes_nothing_but_the_record(office: Office) -> None:
    assert office.receive(" ") is None
    assert (office.outcomes(), said(office)) == (["empty"], [])


def test_a_delivery_a_killed_process_left_is_taken_in_when_it_comes_again(office: Office) -> None:
    office.room.conversations.receive = _killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        office.receive("停电了", "d1")
    del office.room.conversations.receive
    assert office.receive("停电了", "d1") is not None
    assert office.receive("停电了", "d1") is None
    assert said(office) == ["停电了"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_words_and_numbers_are_not_in_the_record(any_db: Database, office: Office) -> None:
    office.receive("我家住在老街五号")
    with any_db.read() as session:
        rows = [dict(row._mapping) for row in session.execute(SmsContact.__table__.select())]
        record = session.scalars(select(Message)).all()
    assert len(rows) == 1 and len(record) == 1


def test_an_unknown_report_is_kept(office: Office) -> None:
    office.record.reported(Report("nobody", True, "DELIVRD"))
    assert office.deliveries() == []
