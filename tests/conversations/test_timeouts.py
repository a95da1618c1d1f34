"""What time alone does: a lost agent gives up the place they held, nobody waits in silence, silence ends a case."""

from tests.conversations.conftest import ANNA, BEN, Room


def test_a_lost_agents_conversation_goes_back_to_the_place_it_had(room: Room) -> None:
    lost = room.held(ANNA)
    room.clock.advance(minutes=1)
    later = room.start()
    room.conversations.request_human(later, reason="asked_for")
    assert room.timeouts.sweep({"ben"}) == [lost]
    assert room.state(lost) == "queued"
    assert "现在是第 1 位" in room.texts(lost)[-1][1]
    assert room.timeouts.sweep({"ben"}) == []
    room.handling.claim(lost, BEN)


def test_what_was_written_to_a_lost_agent_is_before_the_next_ones_eyes(room: Room) -> None:
    conversation = room.held(ANNA)
    room.say(conversation, "在吗")
    room.timeouts.sweep(set())
    room.handling.claim(conversation, BEN)
    view = room.conversations.view(conversation, 0)
    assert "在吗" in [m.text for m in view.messages] and not view.busy


def test_who_waits_is_told_so_ever_more_rarely(room: Room) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    told = []
    for minute in range(200):
        if room.timeouts.sweep(set()):
            told.append(minute)
        room.clock.advance(minutes=1)
    assert told == [5, 10, 20, 40, 80]
    assert room.kinds(conversation).count("still_waiting") == 5


def test_nobody_in_danger_is_told_of_a_place_in_a_queue(room: Room) -> None:
    conversation = room.start()
    room.say(conversation, "电线掉地上了还在冒火")
    room.clock.advance(minutes=30)
    assert room.timeouts.sweep(set()) == []


def test_silence_after_the_agents_last_word_ends_the_case(room: Room) -> None:
    conversation = room.held()
    room.handling.reply(conversation, ANNA, "还有别的事吗?", "r1", room.newest(conversation))
    room.clock.advance(minutes=29)
    assert room.timeouts.sweep({"anna"}) == []
    room.clock.advance(minutes=1)
    assert room.timeouts.sweep({"anna"}) == [conversation]
    assert room.state(conversation) == "closed"
    assert "您有一会儿没说话了" in room.texts(conversation)[-1][1]


def test_a_customer_who_waits_for_the_agent_is_never_timed_out(room: Room) -> None:
    conversation = room.held()
    room.handling.reply(conversation, ANNA, "我查一下", "r1", room.newest(conversation))
    room.say(conversation, "好")
    room.clock.advance(hours=5)
    assert room.timeouts.sweep({"anna"}) == []
    assert room.state(conversation) == "agent"
