"""Channels outside the web: one conversation for an address, each delivery once, the answers sent where they belong."""

import threading

import pytest
from sqlalchemy import func, select

from bot.conversations.carriers import NotCarried, Parcel
from bot.conversations.intake import InboundMessage
from bot.conversations.outbox import Outbox, Way, deliver
from bot.conversations.tables import Conversation, Delivery, Message
from bot.errors import InvalidInput, LamplighterError
from bot.replies.cards import Option
from bot.replies.cards.talk import Clarify, Thank
from tests.conversations.conftest import ANNA, Room

PHONE, OPENID = "13800000017", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"

WECHAT = Way(call_seconds=5, merge_bytes=2048)


class Carrier:
    """Takes what it is given; an error in `failures` is raised instead."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.failures: list[LamplighterError] = []

    def send(self, parcel: Parcel) -> str | None:
        if self.failures:
            raise self.failures.pop(0)
        self.parcels.append(parcel)
        return f"p{len(self.parcels)}"

    @property
    def texts(self) -> list[str]:
        return [parcel.text for parcel in self.parcels]


def sms(text: str, delivery: str | None = None, phone: str = PHONE) -> InboundMessage:
    return InboundMessage(channel="sms", address=phone, text=text, client_id=delivery)


def outbox(room: Room, **ways: Way) -> Outbox:
    return Outbox(room.db, room.clock, lambda: "unused", ways)


def sent(room: Room, carrier: Carrier) -> list[str]:
    """Delivers what is due, until nothing is."""
    while deliver(outbox(room), {"sms": carrier, "wechat": carrier}):
        pass
    return carrier.texts


def states(room: Room) -> list[tuple[str, str | None]]:
    with room.db.read() as session:
        return [(d.state, d.last_error) for d in session.scalars(select(Delivery).order_by(Delivery.seq))]


def count(room: Room, table: type) -> int:
    with room.db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_address_has_one_conversation_and_another_address_another(room: Room) -> None:
    first, again = (room.conversations.receive(sms(text)).conversation_id for text in ("您好", "查电费"))
    other = room.conversations.receive(sms("您好", phone="13800000025")).conversation_id
    assert first == again != other
    assert room.texts(first) == [("customer", "您好"), ("customer", "查电费")]


def test_the_same_delivery_three_times_at_once_is_taken_in_once(room: Room) -> None:
    got, failed = [], []

    def arrive() -> None:
        try:
            got.append(room.conversations.receive(sms("查电费", "d1")))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=arrive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(r.new for r in got) == [False, False, True]
    assert len({r.message_id for r in got}) == 1
    assert (count(room, Message), count(room, Conversation)) == (1, 1)


def test_the_bots_answer_goes_out_with_its_options_numbered_and_a_typed_number_chooses(room: Room) -> None:
    carrier = Carrier()
    conversation = room.conversations.receive(sms("电费")).conversation_id
    options = [Option(title="查电费", intent="check_bill"), Option(title="交电费", intent="pay_bill")]
    room.dialogue.answers = [[Clarify(options=options)]]
    room.serve(conversation)
    assert sent(room, carrier)[0].endswith("1. 查电费\n2. 交电费")
    assert [o["title"] for o in carrier.parcels[0].options] == ["查电费", "交电费"]
    assert (carrier.parcels[0].kind, carrier.parcels[0].address) == ("clarify", PHONE)
    seq = room.conversations.receive(sms("2")).seq
    with room.db.read() as session:
        assert session.get_one(Message, (conversation, seq)).chosen["intent"] == "pay_bill"


def test_an_agents_words_go_out_too(room: Room) -> None:
    carrier = Carrier()
    conversation = room.conversations.receive(sms("转人工")).conversation_id
    room.conversations.request_human(conversation, reason="asked_for")
    room.handling.claim(conversation, ANNA)
    room.handling.reply(conversation, ANNA, "您好,请讲", "r1", 0)
    assert sent(room, carrier)[-1] == "您好,请讲"


def test_what_is_said_goes_out_in_its_order_and_danger_waits_for_nothing(room: Room) -> None:
    carrier = Carrier()
    conversation = room.conversations.receive(sms("您好")).conversation_id
    room.dialogue.answers = [[Thank(), Clarify()]]
    room.serve(conversation)
    carrier.failures = [NotCarried("retry", "busy")]
    assert sent(room, carrier) == []
    room.conversations.receive(sms("电线断了掉在路上冒火花"))
    assert [p.urgent for p in outbox(room).take()] == []  # the fake desk answers with a harmless card
    room.clock.advance(seconds=1)
    assert [p.kind for p in (sent(room, carrier) and carrier.parcels)] == ["thank", "clarify", "thank"]


def test_danger_is_answered_at_once_and_a_repeated_delivery_does_not_repeat_it(room: Room) -> None:
    carrier = Carrier()
    for _ in range(2):
        received = room.conversations.receive(sms("有人触电了", "d1"))
    assert len(sent(room, carrier)) == 1
    assert list(room.desk.reported) == [received.message_id]


@pytest.mark.parametrize(
    ("error", "pause", "state"),
    [
        (NotCarried("retry", "45009"), 1, ("queued", "45009")),
        (NotCarried("retry", "429", retry_after=7), 7, ("queued", "429")),
        (NotCarried("refresh", "40001"), 0, ("queued", "40001")),
        (NotCarried("give_up", "45015"), None, ("given_up", "45015")),
    ],
)
def test_a_refusal_is_cured_by_its_kind(
    room: Room, error: NotCarried, pause: float | None, state: tuple[str, str]
) -> None:
    carrier = Carrier()
    room.serve(room.conversations.receive(sms("谢谢")).conversation_id)
    carrier.failures = [error]
    deliver(outbox(room), {"sms": carrier})
    assert states(room) == [state]
    if pause:
        room.clock.advance(seconds=pause - 0.5)
        assert deliver(outbox(room), {"sms": carrier}) == 0
        room.clock.advance(seconds=0.5)
    assert deliver(outbox(room), {"sms": carrier}) == (0 if pause is None else 1)


def test_reports_of_the_channel_settle_what_was_sent(room: Room) -> None:
    carrier, out = Carrier(), outbox(room)
    room.serve(room.conversations.receive(sms("谢谢")).conversation_id)
    sent(room, carrier)
    assert not out.report("sms", "unknown", arrived=True)
    assert out.report("sms", "p1", arrived=False, reason="UNDELIV") and states(room) == [("failed", "UNDELIV")]
    assert out.report("sms", "p1", arrived=True) and states(room) == [("delivered", None)]
    assert out.report("sms", "p1", arrived=False, reason="LATE") and states(room) == [("delivered", None)]


def test_a_broken_carrier_is_a_passing_failure(room: Room) -> None:
    class Broken:
        def send(self, parcel: Parcel) -> str | None:
            raise ZeroDivisionError

    room.serve(room.conversations.receive(sms("谢谢")).conversation_id)
    deliver(outbox(room), {"sms": Broken()})
    assert states(room) == [("queued", "carrier_broken")]


def test_the_answers_of_a_call_are_taken_by_it_and_the_same_again_when_it_is_repeated(room: Room) -> None:
    """The call is the channel's own request: what it carries away no carrier sends again."""
    carrier, out = Carrier(), outbox(room, wechat=WECHAT)
    received = room.conversations.receive(InboundMessage(channel="wechat", address=OPENID, text="谢谢", client_id="1"))
    room.serve(received.conversation_id)
    first, second = (out.answers("wechat", received.conversation_id, received.seq) for _ in range(2))
    assert first == second and first is not None and first.kind == "thank"
    room.clock.advance(minutes=9)
    assert sent(room, carrier) == []


@pytest.mark.parametrize("delivery", ["", "x" * 256, "a\nb"])
def test_a_delivery_without_a_fit_name_is_refused(room: Room, delivery: str) -> None:
    with pytest.raises(InvalidInput):
        room.conversations.receive(sms("您好", delivery))
    assert count(room, Conversation) == 0


def test_what_waits_goes_out_as_one_text_as_far_as_it_fits(room: Room) -> None:
    carrier = Carrier()
    conversation = room.conversations.receive(sms("您好")).conversation_id
    room.dialogue.answers = [[Thank(), Clarify(), Thank()]]
    room.serve(conversation)
    texts = [text for author, text in room.texts(conversation) if author != "customer"]
    two = len("".join(texts[:2]).encode()) + 4
    out = outbox(room, sms=Way(merge_bytes=two))
    assert deliver(out, {"sms": carrier}) == 1
    assert carrier.texts == ["\n\n".join(texts[:2])]
    deliver(out, {"sms": carrier})
    assert carrier.texts[1:] == texts[2:]
    assert [state for state, _ in states(room)] == ["sent"] * 3


def test_what_waits_for_the_customer_is_due_when_they_write_and_given_up_after_two_days(room: Room) -> None:
    carrier, out = Carrier(), outbox(room)
    room.serve(room.conversations.receive(sms("谢谢")).conversation_id)
    carrier.failures = [NotCarried("wait", "no_quota")] * 2
    deliver(out, {"sms": carrier})
    room.clock.advance(hours=3)
    assert deliver(out, {"sms": carrier}) == 0
    with room.db.write() as session:
        out.wake(session, "sms", PHONE)
    assert deliver(out, {"sms": carrier}) == 1
    room.clock.advance(days=3)
    carrier.failures = [NotCarried("wait", "no_quota")]
    deliver(out, {"sms": carrier})
    assert states(room) == [("given_up", "no_quota")]
