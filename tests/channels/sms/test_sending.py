"""The way out: every part recorded before the carrier hears of it, nothing lost, nothing sent twice unsaid."""

import asyncio

import pytest

from bot.channels.sms.driver import AnswerLost, Report, Throttled
from bot.channels.sms.tables import SmsPart
from bot.conversations.carriers import NotCarried
from bot.conversations.tables import Delivery
from bot.replies.cards.talk import Thank
from tests.channels.sms.conftest import PHONE, Office

LONG = "电" * 150


def put(office: Office, text: str = "您好", key: str = "k1", **data: object) -> None:
    with office.room.db.write() as session:
        office.outbox.put(
            session, channel="sms", address=PHONE, kind="notice", text=text, request_key=key, data=dict(data)
        )


def only(office: Office) -> Delivery:
    (found,) = office.deliveries()
    return found


def states(office: Office) -> list[tuple[str, int, bool]]:
    return [(part.state, part.times, part.doubtful) for part in office.parts()]


def test_an_answer_goes_out_signed_to_the_whole_number(office: Office) -> None:
    office.room.dialogue.answers = [[Thank()]]
    assert office.ask("谢谢") == ["【长葛供电】不客气,还有事接着说就行。"]
    assert office.driver.sent[0][0] == "+8613800000017"
    assert only(office).state == "sent"
    assert states(office) == [("taken", 1, False)]


def test_a_delivery_has_arrived_when_all_its_parts_have(office: Office) -> None:
    put(office, LONG)
    assert len(office.post()) == 3
    for ref in ("r1", "r3"):
        office.record.reported(Report(ref, True, "DELIVRD"))
    assert only(office).state == "sent"
    office.record.reported(Report("r2", None, "ACCEPTD"))
    office.record.reported(Report("r2", True, "DELIVRD"))
    office.record.reported(Report("r2", True, "DELIVRD"))
    assert only(office).state == "delivered"


def test_one_part_that_did_not_arrive_fails_the_delivery_with_its_reason(office: Office) -> None:
    put(office, LONG)
    office.post()
    office.record.reported(Report("r2", False, "MK:0001"))
    assert (only(office).state, only(office).last_error) == ("failed", "MK:0001")


def test_a_report_may_overtake_the_answer(office: Office) -> None:
    office.record.reported(Report("r1", True, "DELIVRD"))
    put(office)
    office.post()
    assert only(office).state == "delivered"


def test_a_lost_answer_is_sent_again_and_said_to_be_doubtful(office: Office) -> None:
    put(office, LONG)
    office.driver.failures = [AnswerLost("connection ended")]
    assert office.post() == []
    assert states(office) == [("sending", 1, False)]
    assert (only(office).state, only(office).last_error) == ("queued", "answer_lost")
    office.room.clock.advance(seconds=1)
    assert len(office.post()) == 3
    assert states(office) == [("taken", 2, True), ("taken", 1, False), ("taken", 1, False)]


def test_parts_the_carrier_has_are_not_sent_again(office: Office) -> None:
    put(office, LONG)
    office.driver.failures = []
    send = office.driver.send

    async def second_fails(to: str, content: object, message_id: str) -> object:
        if len(office.driver.sent) == 1 and not office.room.changed:
            office.room.changed.append("failed")
            raise NotCarried("retry", "cmpp_9")
        return await send(to, content, message_id)  # type: ignore[arg-type]

    office.driver.send = second_fails  # type: ignore[assignment]
    assert len(office.post()) == 1
    office.room.clock.advance(seconds=1)
    assert len(office.post()) == 2
    assert states(office) == [("taken", 1, False)] * 3


def test_what_a_killed_process_left_is_sent_again_and_said_so(office: Office) -> None:
    put(office)
    parcel = office.outbox.take(["sms"])[0]
    assert office.record.begin(parcel.id, 1, 1)  # written down, and then the process is gone
    assert office.post() == []
    office.room.clock.advance(seconds=60)
    assert len(office.post()) == 1
    assert states(office) == [("taken", 2, True)]


def test_a_kill_after_the_carriers_answer_sends_nothing_twice(office: Office) -> None:
    put(office)
    parcel = office.outbox.take(["sms"])[0]
    office.record.begin(parcel.id, 1, 1)
    office.record.taken(parcel.id, 1, asyncio.run(office.driver.send("+86", office.driver.pieces("x", "y")[0], "y")))
    office.room.clock.advance(seconds=60)
    assert office.post() == []
    assert only(office).state == "sent"


def test_a_carrier_that_wants_us_slower_is_waited_for(office: Office) -> None:
    put(office)
    office.driver.failures = [Throttled("cmpp_8"), Throttled("cmpp_8")]
    assert len(office.post()) == 1
    assert office.waited == [1.0, 2.0]
    assert states(office) == [("taken", 1, False)]


def test_a_carrier_that_names_the_seconds_is_taken_at_its_word(office: Office) -> None:
    put(office)
    office.driver.failures = [Throttled("http_429", 7)]
    assert (office.post(), office.waited, states(office)) == ([], [], [])
    office.room.clock.advance(seconds=6)
    assert office.post() == []
    office.room.clock.advance(seconds=1)
    assert len(office.post()) == 1


def test_a_refusal_that_no_try_can_cure_is_given_up_on_record(office: Office) -> None:
    put(office)
    office.driver.failures = [NotCarried("give_up", "smpp_0xb")]
    assert (office.post(), only(office).state, only(office).last_error) == ([], "given_up", "smpp_0xb")
    assert states(office) == []


@pytest.mark.parametrize(("wished", "sent"), [(True, 0), (False, 1)])
def test_after_td_only_owed_notices_go_out(office: Office, wished: bool, sent: int) -> None:
    office.receive("TD")
    office.post()
    put(office, "明天停电", wished=wished)
    assert len(office.post()) == sent
    notice = next(d for d in office.deliveries() if d.kind == "notice")
    assert (notice.state, notice.last_error) == (("sent", None) if sent else ("given_up", "notices_off"))


def test_a_code_does_not_stay_once_it_is_sent(office: Office) -> None:
    office.outbox.send(PHONE, "验证码 123456,工作人员不会向您要验证码", "code-1", {"code": "123456"})
    assert office.post()[0].endswith("工作人员不会向您要验证码")
    assert (only(office).text, only(office).data) == ("", {})


def test_two_processes_do_not_send_the_same_text(office: Office) -> None:
    put(office)

    async def both() -> list[int]:
        return await asyncio.gather(office.sender.round(), office.sender.round())

    assert sum(asyncio.run(both())) == 1
    assert len(office.driver.sent) == 1


def test_nothing_is_taken_while_the_carrier_cannot_be_reached(small: Office) -> None:
    put(small)
    small.driver.ready = False  # type: ignore[misc]

    async def a_while() -> None:
        running = asyncio.create_task(small.sender.run())
        while len(small.waited) < 3:
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(a_while())
    assert (small.driver.sent, only(small).attempts) == ([], 0)


def test_the_record_is_by_part(office: Office) -> None:
    put(office, LONG)
    office.post()
    assert [(p.number, p.of, p.ref) for p in office.parts()] == [(1, 3, "r1"), (2, 3, "r2"), (3, 3, "r3")]
    assert all(isinstance(p, SmsPart) and p.changed_at == office.room.clock.now() for p in office.parts())
