"""Passing a conversation on: exactly one owner at every moment, a note for the next, the customer told who it is."""

import threading

import pytest
from sqlalchemy import select

from bot.conversations.board import Board
from bot.conversations.handling import MAX_NOTE, Handler
from bot.conversations.tables import Conversation
from bot.errors import Conflict, InvalidInput
from tests.conversations.conftest import ANNA, BEN, Room


def holder(room: Room, conversation: str) -> str | None:
    with room.db.read() as session:
        return session.scalar(select(Conversation.agent_id).where(Conversation.id == conversation))


def test_a_colleague_holds_it_from_the_same_moment_on(room: Room) -> None:
    conversation = room.held(ANNA)
    room.handling.pass_on(conversation, ANNA, BEN, " 要过户,材料已说 ")
    assert (room.state(conversation), holder(room, conversation)) == ("agent", BEN.id)
    assert room.texts(conversation)[-1] == (
        "system",
        "安娜 把您的事转给了 本,接下来由 本 为您服务。前面说过的都看得到,不用再讲一遍。",
    )
    with pytest.raises(Conflict):
        room.handling.reply(conversation, ANNA, "还在", "r1", 0)
    room.handling.reply(conversation, BEN, "您好", "r2", 0)
    (note,) = Board(room.db).notes(conversation)
    assert (note.from_agent, note.to_agent, note.text) == (ANNA.id, BEN.id, "要过户,材料已说")


def test_into_the_queue_it_waits_at_the_place_it_had(room: Room) -> None:
    first = room.held(ANNA)
    room.clock.advance(minutes=1)
    room.conversations.request_human(room.start(), reason="asked_for")
    room.handling.pass_on(first, ANNA, None, "要懂计量的同事")
    assert (room.state(first), holder(room, first)) == ("queued", None)
    assert "安娜 把您的事转给别的同事" in room.texts(first)[-1][1] and "第 1 位" in room.texts(first)[-1][1]


def test_the_note_never_reaches_the_customer(room: Room) -> None:
    conversation = room.held(ANNA)
    room.handling.pass_on(conversation, ANNA, BEN, "客户很生气")
    messages = room.conversations.view(conversation, 0).messages
    assert all("生气" not in f"{m.text}{m.card}" for m in messages)


def test_what_the_first_has_not_seen_goes_along(room: Room) -> None:
    conversation = room.held(ANNA)
    room.say(conversation, "还有一件事")
    room.handling.pass_on(conversation, ANNA, BEN, "看前面")
    with pytest.raises(Conflict) as refused:
        room.handling.close(conversation, BEN, 0)
    assert refused.value.code == "unseen"


def test_of_many_who_pass_it_on_at_once_one_does(room: Room) -> None:
    conversation = room.held(ANNA)
    targets: list[Handler | None] = [BEN, Handler("carl", "卡"), None, BEN, None, BEN]
    lost: list[str] = []

    def act(to: Handler | None) -> None:
        try:
            room.handling.pass_on(conversation, ANNA, to, "看前面")
        except Conflict as error:
            lost.append(error.code)

    threads = [threading.Thread(target=act, args=(to,)) for to in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == ["not_yours"] * 5
    assert len(Board(room.db).notes(conversation)) == 1
    assert room.kinds(conversation).count("agent_passed_on") == 1
    assert (room.state(conversation) == "agent") == (holder(room, conversation) is not None)


@pytest.mark.parametrize(("to", "note"), [(BEN, " "), (BEN, "长" * (MAX_NOTE + 1)), (ANNA, "给自己")])
def test_without_a_note_or_to_oneself_it_stays(room: Room, to: Handler, note: str) -> None:
    conversation = room.held(ANNA)
    with pytest.raises(InvalidInput):
        room.handling.pass_on(conversation, ANNA, to, note)
    assert holder(room, conversation) == ANNA.id


def test_only_the_holder_passes_it_on(room: Room) -> None:
    conversation = room.held(ANNA)
    for to in (BEN, None):
        with pytest.raises((Conflict, InvalidInput)):
            room.handling.pass_on(conversation, BEN, to, "给我")
    assert holder(room, conversation) == ANNA.id
    assert Board(room.db).notes(conversation) == []
