"""Turns: answered once and in order, asked again after a failure, handed to a person when the bot cannot."""

import asyncio

import pytest

from bot.conversations import ownership
from bot.conversations.intake import InboundMessage
from bot.errors import Conflict, InvalidInput, Unavailable
from bot.replies.cards import Option
from bot.replies.cards.talk import Clarify, Thank
from tests.conversations.conftest import Room, make_room


def test_an_answer_and_the_end_of_the_turn_are_stored_together(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.serve(conversation)
    view = room.conversations.view(conversation, 2)
    assert [m.author for m in view.messages] == ["bot"]
    assert not view.busy


def test_messages_of_one_conversation_are_asked_in_order(room: Room) -> None:
    conversation = room.start()
    seqs = [room.say(conversation, text) for text in ("一", "第二句", "第三句")]
    room.serve(conversation)
    assert room.dialogue.asked == [f"{conversation}:{seq}" for seq in seqs]


def test_a_turn_that_may_be_asked_again_is_asked_again_with_the_same_id(room: Room) -> None:
    conversation = room.start()
    seq = room.say(conversation, "谢谢")
    room.dialogue.answers = [Unavailable("down"), [Thank()]]
    room.serve(conversation)
    assert room.conversations.view(conversation, 0).busy
    room.clock.advance(seconds=1.5)
    room.serve(conversation)
    assert room.dialogue.asked == [f"{conversation}:{seq}"] * 2
    assert not room.conversations.view(conversation, 0).busy


def test_a_turn_put_off_is_not_asked_before_its_time(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [Unavailable("down")]
    room.serve(conversation)
    room.serve(conversation)
    assert len(room.dialogue.asked) == 1
    assert room.turns.due() == []
    room.clock.advance(seconds=1.5)
    assert room.turns.due() == [conversation]


def test_the_customer_is_told_once_that_it_takes_longer(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [Unavailable("down")] * 6
    for _ in range(6):
        room.clock.advance(seconds=11)
        room.serve(conversation)
    view = room.conversations.view(conversation, 2)
    assert [m.author for m in view.messages] == ["system"]
    assert view.busy and view.delayed


def test_after_five_minutes_the_conversation_is_queued_for_a_person(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [Unavailable("down")] * 2
    room.serve(conversation)
    room.clock.advance(seconds=301)
    room.serve(conversation)
    view = room.conversations.view(conversation, 0)
    assert view.state == "queued" and not view.busy


def test_an_answer_that_cannot_be_read_goes_to_a_person_at_once(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [InvalidInput("empty")]
    room.serve(conversation)
    assert room.conversations.view(conversation, 0).state == "queued"


def test_the_bot_is_silent_when_an_agent_claimed_meanwhile(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    room.say(conversation, "谢谢")
    owed = room.turns.take(conversation)
    assert owed is not None
    with room.db.write() as session:
        ownership.claim(session, conversation, "agent-1")
    room.turns.settle(owed, [Thank()])
    view = room.conversations.view(conversation, owed.seq)
    assert view.messages == [] and not view.busy


def test_settling_twice_answers_once(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    owed = room.turns.take(conversation)
    assert owed is not None
    room.turns.settle(owed, [Thank()])
    room.turns.settle(owed, [Thank()])
    assert len(room.conversations.view(conversation, owed.seq).messages) == 1


def test_two_workers_do_not_hold_the_same_conversation(any_db, clock) -> None:
    first, second = make_room(any_db, clock, worker="w1"), make_room(any_db, clock, worker="w2")
    conversation = first.start()
    first.say(conversation, "谢谢")
    assert first.turns.take(conversation) is not None
    assert second.turns.take(conversation) is None
    clock.advance(seconds=91)
    assert second.turns.take(conversation) is not None


def test_a_lease_that_is_renewed_goes_on(any_db, clock) -> None:
    first, second = make_room(any_db, clock, worker="w1"), make_room(any_db, clock, worker="w2")
    conversation = first.start()
    first.say(conversation, "谢谢")
    assert first.turns.take(conversation) is not None
    clock.advance(seconds=60)
    first.turns.renew()
    second.turns.renew()
    clock.advance(seconds=60)
    assert second.turns.take(conversation) is None
    clock.advance(seconds=31)
    assert second.turns.take(conversation) is not None


def test_options_expire_when_the_next_message_is_answered_without_any(room: Room) -> None:
    conversation = room.start()
    option = room.conversations.view(conversation, 0).messages[0].options[0]["id"]
    room.say(conversation, "谢谢")
    room.dialogue.answers = [[Thank()]]
    room.serve(conversation)
    with pytest.raises(Conflict):
        room.conversations.receive(InboundMessage(conversation, option=option))
    room.say(conversation, "2")
    assert room.turns.take(conversation).chosen is None


def test_options_of_an_answer_are_issued_and_earlier_ones_expire(room: Room) -> None:
    conversation = room.start()
    old = room.conversations.view(conversation, 0).messages[0].options[0]["id"]
    room.say(conversation, "嗯")
    room.dialogue.answers = [[Clarify(options=[Option(title="查电费", intent="check_bill")])]]
    room.serve(conversation)
    new = room.conversations.view(conversation, 2).messages[0].options
    assert [o["title"] for o in new] == ["查电费"] and new[0]["id"] != old


def test_a_stopped_worker_leaves_the_turn_to_the_next(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")

    async def killed() -> None:
        room.dialogue.gate = asyncio.Event()
        worker = room.worker()
        worker.wake(conversation)
        while not room.dialogue.asked:
            await asyncio.sleep(0)
        await worker.stop()

    asyncio.run(killed())
    room.dialogue.gate = None
    room.clock.advance(seconds=91)
    room.serve(conversation)
    assert [m.author for m in room.conversations.view(conversation, 2).messages] == ["bot"]
