"""TD and what comes of it: owed notices by telephone, to the family's phone, or by SMS as before; never lost."""

import pytest

from bot.channels.sms.tables import SmsContact
from bot.conversations.board import Board
from bot.conversations.tables import QUEUED, Conversation, Message
from bot.errors import Conflict
from tests.channels.sms.conftest import PHONE, Office
from tests.conversations.conftest import ANNA

FAMILY = "13900000009"
NOTICE = "明天8:00到16:00计划停电"


def wish(office: Office) -> tuple[str, str | None]:
    with office.room.db.read() as session:
        contact = session.get_one(SmsContact, PHONE)
        return contact.owed_way, contact.family_phone


def notify(office: Office, key: str = "n1", *, wished: bool = False) -> list[str]:
    """A notice to the number; the texts that went out since."""
    with office.room.db.write() as session:
        office.outbox.put(
            session,
            channel="sms",
            address=PHONE,
            kind="notice",
            text=NOTICE,
            data={"wished": wished},
            request_key=key,
        )
    return office.post()


def to(office: Office) -> list[str]:
    return [number for number, _ in office.driver.sent]


def last_kind(office: Office, conversation_id: str) -> str:
    with office.room.db.read() as session:
        newest = session.get_one(Conversation, conversation_id).last_seq
        return str((session.get_one(Message, (conversation_id, newest)).card or {}).get("kind"))


def after_td(office: Office, *texts: str) -> str:
    conversation = office.receive("TD").conversation_id  # type: ignore[union-attr]
    for text in texts:
        office.receive(text)
    office.post()
    return conversation


@pytest.mark.parametrize("words", ["2", "2。", "改为打电话", "第二个"])
def test_by_telephone_a_person_is_asked_to_call_and_no_text_goes_out(office: Office, words: str) -> None:
    conversation = after_td(office, words)
    assert wish(office) == ("call", None) and last_kind(office, conversation) == "notices_way"
    assert notify(office) == []
    with office.room.db.read() as session:
        row = session.get_one(Conversation, conversation)
        assert (row.owner, row.queue_reason) == (QUEUED, "to_be_called")
    (note,) = Board(office.room.db).notes(conversation)
    assert PHONE in note.text and NOTICE in note.text
    assert [(d.state, d.last_error) for d in office.deliveries() if d.kind == "notice"] == [
        ("given_up", "told_by_call")
    ]


def test_choosing_alone_brings_nobody_to_the_desk(office: Office) -> None:
    conversation = after_td(office, "2")
    with office.room.db.read() as session:
        assert session.get_one(Conversation, conversation).owner == "bot"


def test_who_is_to_be_called_hears_nothing_of_a_queue_and_says_nothing_of_waits(office: Office) -> None:
    conversation = after_td(office, "2")
    notify(office)
    for _ in range(12):
        office.room.clock.advance(minutes=10)
        office.room.timeouts.sweep({ANNA.id})
    assert office.post() == []
    office.room.handling.claim(conversation, ANNA)
    with pytest.raises(Conflict):
        office.room.handling.claim(conversation, ANNA)


def test_the_same_notice_tried_twice_is_one_note(office: Office) -> None:
    conversation = after_td(office, "2")
    notify(office)
    notify(office, "n2")
    assert len(Board(office.room.db).notes(conversation)) == 1


def test_to_the_family_a_phone_is_asked_for_and_told_instead(office: Office) -> None:
    conversation = after_td(office, "3")
    assert wish(office) == ("sms", None)
    office.receive(f"发给我儿子 {FAMILY}")
    assert wish(office) == ("family", FAMILY) and last_kind(office, conversation) == "notices_way"
    office.post()
    before = len(to(office))
    (text,) = notify(office)
    assert to(office)[before:] == [f"+86{FAMILY}"] and "您家人登记由您代收" in text and NOTICE in text
    assert [d.last_error for d in office.deliveries() if d.kind == "notice" and d.address == PHONE] == ["told_family"]


@pytest.mark.parametrize("number", [PHONE, "95598000", "1065888888", "12345678901234567890"])
def test_a_number_nobody_of_the_family_has_is_asked_again(office: Office, number: str) -> None:
    conversation = after_td(office, "3", number)
    assert wish(office) == ("sms", None) and last_kind(office, conversation) == "notices_family_ask"


def test_another_question_is_answered_as_ever(office: Office) -> None:
    after_td(office, "3")
    received = office.receive("家里没电了")
    assert received is not None and received.for_bot and wish(office) == ("sms", None)


def test_the_number_means_nothing_once_something_else_was_said(office: Office) -> None:
    after_td(office)
    office.ask("你好")
    assert office.receive("2").for_bot is True  # type: ignore[union-attr]
    assert wish(office) == ("sms", None)


def test_the_familys_own_td_ends_it_on_record(office: Office) -> None:
    after_td(office, "3", FAMILY)
    office.receive("TD", sender=FAMILY)
    office.post()
    assert notify(office) == []
    assert [d.last_error for d in office.deliveries() if d.address == FAMILY and d.kind == "notice"] == ["notices_off"]


@pytest.mark.parametrize("texts", [("1",), ("2", "恢复"), ("3", FAMILY, "恢复")])
def test_by_text_again_the_notice_comes_to_the_number(office: Office, texts: tuple[str, ...]) -> None:
    after_td(office, *texts)
    before = len(to(office))
    assert len(notify(office)) == 1
    assert to(office)[before:] == [f"+86{PHONE}"]


def test_wished_notices_stay_off_whatever_the_way(office: Office) -> None:
    conversation = after_td(office, "2")
    assert notify(office, wished=True) == []
    assert Board(office.room.db).notes(conversation) == []
