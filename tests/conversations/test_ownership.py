"""Ownership: one owner at a time, exactly one claim wins, nobody loses their place."""

import threading

import pytest

from bot.conversations import ownership
from bot.conversations.tables import Conversation
from bot.errors import Conflict
from tests.conversations.conftest import Room


def test_asking_for_a_person_again_keeps_the_place(room: Room) -> None:
    first, second = room.start(), room.start()
    assert room.conversations.request_human(first, reason="asked_for").number == 1
    room.clock.advance(seconds=1)
    assert room.conversations.request_human(second, reason="asked_for").number == 2
    again = room.conversations.request_human(second, reason="asked_for")
    assert (again.number, again.again) == (2, True)


def test_of_many_claims_exactly_one_wins(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    won: list[str] = []

    def claim(agent: str) -> None:
        try:
            with room.db.write() as session:
                ownership.claim(session, conversation, agent)
        except Conflict:
            return
        won.append(agent)

    threads = [threading.Thread(target=claim, args=(f"agent-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_only_the_agent_who_holds_it_gives_it_back(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    with room.db.write() as session:
        ownership.claim(session, conversation, "agent-1")
    with pytest.raises(Conflict), room.db.write() as session:
        ownership.give_back(session, conversation, "agent-2")
    with room.db.write() as session:
        ownership.give_back(session, conversation, "agent-1")
    assert room.conversations.view(conversation, 0).state == "bot"


def test_a_more_urgent_reason_moves_a_waiting_conversation_forward(room: Room) -> None:
    first, second = room.start(), room.start()
    room.conversations.request_human(first, reason="asked_for")
    room.clock.advance(seconds=1)
    room.conversations.request_human(second, reason="asked_for")
    assert room.conversations.request_human(second, reason="danger").number == 1


def test_an_important_customer_goes_before_those_who_only_asked_earlier(room: Room) -> None:
    first, hospital, angry = room.start(), room.start(), room.start()
    room.conversations.request_human(first, reason="asked_for")
    room.clock.advance(seconds=1)
    caller = ownership.Caller("key_accounts", important=True)
    assert room.conversations.request_human(hospital, reason="asked_for", caller=caller).number == 1
    assert room.conversations.request_human(angry, reason="complaint").number == 1
    assert skill_of(room, hospital) == "key_accounts"


def test_proving_who_one_is_while_waiting_moves_one_forward_and_nobody_back(room: Room) -> None:
    first, hospital = room.start(), room.start()
    room.conversations.request_human(first, reason="asked_for")
    room.clock.advance(seconds=1)
    room.conversations.request_human(hospital, reason="asked_for")
    caller = ownership.Caller("key_accounts", important=True)
    again = room.conversations.request_human(hospital, reason="asked_for", caller=caller)
    assert (again.number, again.again) == (1, True)
    assert skill_of(room, hospital) == "key_accounts"
    assert room.conversations.request_human(hospital, reason="asked_for").number == 1
    assert skill_of(room, hospital) == "key_accounts"


def skill_of(room: Room, conversation_id: str) -> str | None:
    with room.db.read() as session:
        return session.get_one(Conversation, conversation_id).skill
