"""Messages are stored before anything acts on them, once each, and only in a shape that can be read."""

import threading

import pytest

from bot.conversations.intake import InboundMessage
from bot.errors import Conflict, InvalidInput, NotFound, RateLimited
from tests.conversations.conftest import Room, make_room


def test_a_new_conversation_begins_with_one_greeting(room: Room) -> None:
    view = room.conversations.view(room.start(), 0)
    assert [(m.seq, m.author) for m in view.messages] == [(1, "bot")]
    assert view.state == "bot" and not view.busy


def test_a_stored_message_is_owed_an_answer(room: Room) -> None:
    conversation = room.start()
    assert room.say(conversation, "家里没电了") == 2
    assert room.conversations.view(conversation, 0).busy


def test_the_same_client_id_again_gives_the_same_message(room: Room) -> None:
    conversation = room.start()
    assert room.say(conversation, "查电费", "c1") == room.say(conversation, "查电费", "c1")
    assert len(room.texts(conversation)) == 2


def test_three_deliveries_at_the_same_time_store_one_message(room: Room) -> None:
    conversation = room.start()
    seqs: list[int] = []
    threads = [threading.Thread(target=lambda: seqs.append(room.say(conversation, "查电费", "c1"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seqs == [2, 2, 2]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("\u200b\u200b", "empty"),
        ("\x00\x07", "empty"),
        ("\ud83d", "empty"),
        ("好" * 2001, "too_long"),
    ],
)
def test_text_that_says_nothing_or_too_much_is_refused(room: Room, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        room.say(room.start(), text)
    assert refused.value.code == code


def test_neither_or_both_of_text_and_option_is_refused(room: Room) -> None:
    conversation = room.start()
    for inbound in (InboundMessage(conversation), InboundMessage(conversation, text="a", option="b")):
        with pytest.raises(InvalidInput):
            room.conversations.receive(inbound)


def test_an_unknown_conversation_is_refused(room: Room) -> None:
    with pytest.raises(NotFound):
        room.say("nobody", "查电费")


def test_too_many_messages_in_a_minute_are_refused_until_the_minute_is_over(any_db, clock) -> None:
    room = make_room(any_db, clock, per_minute=3)
    conversation = room.start()
    for text in "一二三":
        room.say(conversation, text)
    with pytest.raises(RateLimited):
        room.say(conversation, "四")
    clock.advance(seconds=61)
    room.say(conversation, "四")


def test_a_chosen_option_is_stored_with_what_it_means(room: Room) -> None:
    conversation = room.start()
    option = room.conversations.view(conversation, 0).messages[0].options[0]
    room.conversations.receive(InboundMessage(conversation, option=option["id"]))
    chosen = room.conversations.view(conversation, 1).messages[0]
    assert chosen.text == "查电费"
    assert chosen.chosen == {"intent": "check_bill", "entities": {}, "title": "查电费"}


@pytest.mark.parametrize("typed", ["2", "第二个", "转人工", "②"])
def test_a_typed_number_or_title_chooses_the_option(room: Room, typed: str) -> None:
    conversation = room.start()
    room.say(conversation, typed)
    chosen = room.conversations.view(conversation, 1).messages[0]
    assert chosen.text == typed
    assert chosen.chosen is not None and chosen.chosen["intent"] == "request_human"


def test_words_that_are_no_option_stay_words(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "2号楼没电")
    assert room.conversations.view(conversation, 1).messages[0].chosen is None


def test_an_option_of_another_conversation_or_an_unknown_one_is_expired(room: Room) -> None:
    mine, other = room.start(), room.start()
    theirs = room.conversations.view(other, 0).messages[0].options[0]["id"]
    for option in (theirs, "unknown"):
        with pytest.raises(Conflict) as refused:
            room.conversations.receive(InboundMessage(mine, option=option))
        assert refused.value.code == "option_expired"


def test_writing_to_a_closed_conversation_reopens_it(room: Room) -> None:
    from bot.conversations import ownership

    conversation = room.start()
    with room.db.write() as session:
        ownership.close(session, conversation)
    room.say(conversation, "还有个问题")
    assert room.conversations.view(conversation, 0).state == "bot"


def test_what_an_agent_holds_is_not_owed_by_the_bot(room: Room) -> None:
    from bot.conversations import ownership

    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    with room.db.write() as session:
        ownership.claim(session, conversation, "agent-1")
    room.say(conversation, "您好")
    view = room.conversations.view(conversation, 0)
    assert view.state == "agent" and not view.busy
