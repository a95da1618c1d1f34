"""Danger: the safety words go out at once, once, in every state, and a crash in between loses nothing."""

import pytest

from bot.conversations import ownership
from tests.conversations.conftest import Room

DANGER = "电线掉地上了还在冒火"


def test_the_safety_words_are_out_before_the_dialogue_is_asked(room: Room) -> None:
    conversation = room.start()
    seq = room.say(conversation, DANGER)
    view = room.conversations.view(conversation, seq)
    assert [m.author for m in view.messages] == ["bot"]
    assert room.dialogue.asked == [] and not view.busy
    assert f"{conversation}:{seq}" in room.desk.reported


def test_danger_puts_the_conversation_at_the_head_of_the_queue(room: Room) -> None:
    waiting, endangered = room.start(), room.start()
    room.conversations.request_human(waiting, reason="asked_for")
    room.say(endangered, DANGER)
    with room.db.read() as session:
        assert ownership.place_of(session, endangered) == 1
        assert ownership.place_of(session, waiting) == 2


@pytest.mark.parametrize("state", ["queued", "agent", "closed"])
def test_the_safety_words_go_out_in_every_state(room: Room, state: str) -> None:
    conversation = room.start()
    with room.db.write() as session:
        if state == "closed":
            ownership.close(session, conversation)
        else:
            ownership.request_human(session, room.clock, conversation, "asked_for")
        if state == "agent":
            ownership.claim(session, conversation, "agent-1")
    seq = room.say(conversation, DANGER)
    assert [m.author for m in room.conversations.view(conversation, seq).messages] == ["bot"]


def test_what_a_crash_left_unsaid_is_said_by_the_next_look(room: Room) -> None:
    conversation = room.start()
    room.desk.broken = True
    seq = room.say(conversation, DANGER)
    assert room.conversations.view(conversation, seq).messages == []
    room.desk.broken = False
    room.guard.catch_up(lambda error: None)
    room.guard.catch_up(lambda error: None)
    assert len(room.conversations.view(conversation, seq).messages) == 1


def test_a_repeated_delivery_is_not_reported_twice(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, DANGER, "c1")
    room.say(conversation, DANGER, "c1")
    assert len(room.desk.reported) == 1
