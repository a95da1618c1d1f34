"""What agents do: one of them at a time, the customer told of each step, nothing unseen, the bot silent meanwhile."""

import threading

import pytest

from bot.errors import Conflict, InvalidInput
from tests.conversations.conftest import ANNA, BEN, Room


def test_of_many_agents_who_claim_at_once_one_wins_and_the_customer_hears_of_one(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    lost: list[str] = []

    def claim(number: int) -> None:
        try:
            room.handling.claim(conversation, ANNA if number % 2 else BEN)
        except Conflict as error:
            lost.append(error.code)

    threads = [threading.Thread(target=claim, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == ["already_claimed"] * 7
    assert room.kinds(conversation).count("agent_joined") == 1


def test_the_customer_reads_who_came_and_what_they_wrote(room: Room) -> None:
    conversation = room.held()
    room.handling.reply(conversation, ANNA, "  您好,我来看看 {{ 1 }} <b>  ", "r1", 0)
    assert room.texts(conversation)[-2:] == [
        ("system", "安娜 来了,接下来由真人为您服务。前面说过的都看得到,不用再讲一遍。"),
        ("agent", "您好,我来看看 {{ 1 }} <b>"),
    ]
    assert room.state(conversation) == "agent"


def test_a_reply_sent_twice_stands_once(room: Room) -> None:
    conversation = room.held()
    assert room.handling.reply(conversation, ANNA, "好", "r1", 0) == room.handling.reply(
        conversation, ANNA, "好", "r1", 0
    )
    assert room.texts(conversation).count(("agent", "好")) == 1


@pytest.mark.parametrize(("text", "client_id"), [(" \n", "r"), ("好" * 2001, "r"), ("好", ""), ("好", "x" * 65)])
def test_a_reply_that_says_nothing_or_too_much_is_refused(room: Room, text: str, client_id: str) -> None:
    with pytest.raises(InvalidInput):
        room.handling.reply(room.held(), ANNA, text, client_id, 0)


def test_only_the_holder_writes_gives_back_or_closes(room: Room) -> None:
    conversation = room.held(ANNA)
    newest = room.newest(conversation)
    for act in (
        lambda: room.handling.reply(conversation, BEN, "好", "r1", newest),
        lambda: room.handling.give_back(conversation, BEN, newest),
        lambda: room.handling.close(conversation, BEN, newest),
        lambda: room.handling.seen(conversation, BEN, newest),
        lambda: room.handling.claim(conversation, BEN),
    ):
        with pytest.raises(Conflict):
            act()
    assert room.newest(conversation) == newest


def test_nothing_is_given_back_or_closed_unseen(room: Room) -> None:
    conversation = room.held()
    seen = room.newest(conversation)
    room.say(conversation, "等一下,还有一件事")
    for act in (room.handling.give_back, room.handling.close):
        with pytest.raises(Conflict) as refused:
            act(conversation, ANNA, seen)
        assert refused.value.code == "unseen"
    room.handling.close(conversation, ANNA, room.newest(conversation))
    assert room.state(conversation) == "closed"


def test_what_the_agent_leaves_unanswered_the_bot_answers(room: Room) -> None:
    conversation = room.held()
    room.say(conversation, "您好")
    room.handling.reply(conversation, ANNA, "您好", "r1", room.newest(conversation))
    seq = room.say(conversation, "那查一下电费吧")
    room.clock.advance(minutes=9)
    room.handling.give_back(conversation, ANNA, room.newest(conversation))
    room.serve(conversation)
    assert room.dialogue.asked == [f"{conversation}:{seq}"]
    assert room.kinds(conversation, seq) == ["agent_gave_back", "thank"]


def test_what_the_bot_could_not_answer_is_not_asked_of_it_again(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "谢谢")
    room.dialogue.answers = [InvalidInput("empty")]
    room.serve(conversation)
    room.handling.claim(conversation, ANNA)
    room.handling.give_back(conversation, ANNA, room.newest(conversation))
    room.serve(conversation)
    assert len(room.dialogue.asked) == 1


def test_the_bot_is_silent_while_an_agent_holds_it_and_only_then(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    room.say(conversation, "排队时问一句")
    room.serve(conversation)
    room.handling.claim(conversation, ANNA)
    room.say(conversation, "问人的")
    room.serve(conversation)
    room.handling.give_back(conversation, ANNA, room.newest(conversation))
    room.serve(conversation)
    assert [author for author, _ in room.texts(conversation)] == [
        *("bot", "customer", "bot"),
        *("system", "customer", "system", "bot"),
    ]


def test_the_customer_who_writes_after_the_end_starts_again_with_the_bot(room: Room) -> None:
    conversation = room.held()
    room.handling.close(conversation, ANNA, room.newest(conversation))
    room.say(conversation, "谢谢")
    room.serve(conversation)
    assert room.state(conversation) == "bot"
    assert room.kinds(conversation)[-2:] == ["conversation_closed", "thank"]


def test_danger_while_an_agent_holds_it_is_answered_at_once_and_stays_with_the_agent(room: Room) -> None:
    conversation = room.held()
    seq = room.say(conversation, "电线掉地上了还在冒火")
    assert [author for author, _ in room.texts(conversation)][-1] == "bot"
    assert f"{conversation}:{seq}" in room.desk.reported
    assert room.state(conversation) == "agent"
