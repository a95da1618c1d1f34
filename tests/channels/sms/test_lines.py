"""Standing connections against carriers on loopback: logins, windows, long texts, heartbeats, and all that breaks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.sms.driver import AnswerLost, Call, Receipt, Template, Throttled
from bot.channels.sms.line.cmpp import Cmpp
from bot.channels.sms.line.dialect import Dialect, Login, Refused
from bot.channels.sms.line.driver import LineDriver
from bot.channels.sms.line.session import Line, Pace
from bot.channels.sms.line.smpp import Smpp
from bot.channels.sms.parts import decode
from bot.clock import FixedClock
from bot.conversations.carriers import NotCarried
from bot.errors import Unavailable
from tests.channels.sms.carriers import CARRIERS, DROP, NUMBER, PASSWORD, SILENT, USER, Carrier, cmpp

PHONE = "+8613800000017"
QUIET = Pace(window=2, patience=10, heartbeat=1000)
HASTY = Pace(window=2, patience=0.2, heartbeat=1000)


@pytest.fixture(params=["cmpp", "smpp"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def dialect(kind: str, clock: FixedClock, password: str = PASSWORD) -> Dialect:
    login = Login(USER, password, NUMBER, "SVC")
    return Cmpp(login, clock) if kind == "cmpp" else Smpp(login)


class Session:
    """A driver with its open line, and what was delivered over it."""

    def __init__(self, driver: LineDriver, carrier: Any) -> None:
        self.driver = driver
        self.carrier = carrier
        self.delivered: list[bytes] = []
        self.failures: list[Exception] = []
        self.ended: asyncio.Task[str]

    async def take(self, frame: bytes) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.driver.parse_receipt(Call(frame))
        self.driver.parse_inbound(Call(frame))
        self.delivered.append(frame)

    async def send(self, text: str, to: str = PHONE) -> list[Receipt]:
        pieces = self.driver.pieces(text, "message-1")
        return [await self.driver.send(to, piece, "message-1") for piece in pieces]


@asynccontextmanager
async def session(kind: str, clock: FixedClock, pace: Pace = QUIET) -> AsyncIterator[Session]:
    async with CARRIERS[kind].running() as carrier:
        found = Session(LineDriver(dialect(kind, clock)), carrier)
        line = await Line.connect(dialect(kind, clock), "127.0.0.1", carrier.port, found.take, pace)
        found.driver.line = line
        found.ended = asyncio.create_task(line.serve())
        yield found
        await line.hang_up()
        await found.ended


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await test()

    asyncio.run(limited())


def test_a_short_text_is_taken_with_a_report_wanted(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            receipts = await s.send("【长葛供电】已登记")
            sent = s.carrier.submitted[0]
            assert (len(receipts), sent.coding, sent.headed, sent.wants_report) == (1, 8, False, True)
            assert (decode(sent.content, "ucs2"), sent.source) == ("【长葛供电】已登记", NUMBER)
            assert sent.to == {"cmpp": "13800000017", "smpp": "8613800000017"}[kind]
            assert receipts[0].ref == {"cmpp": "1", "smpp": "m1"}[kind]

    run(test)


def test_a_long_text_goes_in_parts_that_name_one_another(kind: str, clock: FixedClock) -> None:
    text = "电" * 66 + "😀" + "费" * 90

    async def test() -> None:
        async with session(kind, clock) as s:
            receipts = await s.send(text)
            again = await s.send(text)
            sent = s.carrier.submitted
            assert len({r.ref for r in receipts + again}) == 6
            assert all(part.headed and len(part.content) <= 140 for part in sent)
            headers = [part.content[:6] for part in sent[:3]]
            assert [h[:3] + h[4:] for h in headers] == [bytes((5, 0, 3, 3, n)) for n in (1, 2, 3)]
            assert len({part.content[3] for part in sent}) == 1, "a part sent again belongs to the same text"
            assert "".join(decode(part.content[6:], "ucs2") for part in sent[:3]) == text

    run(test)


def test_gsm_text_is_packed_by_septets_on_smpp(clock: FixedClock) -> None:
    text = "Bill {1} ~ 5€ " * 14

    async def test() -> None:
        async with session("smpp", clock) as s:
            await s.send(text)
            sent = s.carrier.submitted
            assert {part.coding for part in sent} == {0}
            assert all(len(part.content) - 6 <= 153 for part in sent)
            assert "".join(decode(part.content[6:], "gsm7") for part in sent) == text

    run(test)


def test_a_wrong_password_is_refused_with_its_reason(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with CARRIERS[kind].running() as carrier:
            with pytest.raises(Refused) as refused:
                await Line.connect(dialect(kind, clock, "wrong"), "127.0.0.1", carrier.port, nobody, QUIET)
            assert refused.value.code == f"{kind}_password"
            await carrier.until(lambda: not carrier.writers)

    run(test)


async def nobody(frame: bytes) -> None:
    raise AssertionError("nothing was to be delivered")


def test_a_gateway_that_does_not_know_the_password_is_refused(clock: FixedClock) -> None:
    async def test() -> None:
        async with CARRIERS["cmpp"].running() as carrier:
            carrier.login_answer = cmpp(0x80000001, 1, bytes(17) + b"\x20")
            with pytest.raises(Refused) as refused:
                await Line.connect(dialect("cmpp", clock), "127.0.0.1", carrier.port, nobody, QUIET)
            assert refused.value.code == "cmpp_gateway_not_proved"

    run(test)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x05x", b"\0\0\0\x20half", bytes(12)])
def test_whoever_does_not_speak_the_protocol_is_left(kind: str, clock: FixedClock, answer: bytes) -> None:
    async def test() -> None:
        async with CARRIERS[kind].running() as carrier:
            carrier.login_answer = answer
            with pytest.raises(Unavailable):
                await Line.connect(dialect(kind, clock), "127.0.0.1", carrier.port, nobody, HASTY)
            await carrier.until(lambda: not carrier.writers)

    run(test)


def test_nobody_there_is_unavailable(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with CARRIERS[kind].running() as carrier:
            port = carrier.port
        with pytest.raises(Unavailable):
            await Line.connect(dialect(kind, clock), "127.0.0.1", port, nobody, HASTY)

    run(test)


@pytest.mark.parametrize(
    ("kind", "result", "error", "cure"),
    [
        ("cmpp", 8, Throttled, "retry"),
        ("cmpp", 9, NotCarried, "retry"),
        ("cmpp", 7, NotCarried, "give_up"),
        ("smpp", 0x58, Throttled, "retry"),
        ("smpp", 0x14, Throttled, "retry"),
        ("smpp", 0x8, NotCarried, "retry"),
        ("smpp", 0xB, NotCarried, "give_up"),
    ],
)
def test_a_refusal_says_whether_another_try_helps(
    kind: str, clock: FixedClock, result: int, error: type[NotCarried], cure: str
) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            s.carrier.answers = [result]
            with pytest.raises(error) as refused:
                await s.send("您好")
            assert (refused.value.cure, refused.value.code) == (
                cure,
                f"{kind}_{result if kind == 'cmpp' else hex(result)}",
            )
            assert len(await s.send("再来")) == 1, "the connection goes on"

    run(test)


def test_no_more_texts_are_unanswered_than_the_window_allows(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            s.carrier.held = asyncio.Event()
            sending = [asyncio.create_task(s.send(f"第{n}条")) for n in range(6)]
            await s.carrier.until(lambda: len(s.carrier.submitted) == 2)
            s.carrier.held.set()
            await asyncio.gather(*sending)
            assert (len(s.carrier.submitted), s.carrier.most_at_once) == (6, 2)

    run(test)


@pytest.mark.parametrize("how", [DROP, SILENT])
def test_a_lost_answer_is_said_to_be_lost(kind: str, clock: FixedClock, how: str) -> None:
    async def test() -> None:
        async with session(kind, clock, HASTY) as s:
            s.carrier.answers = [how]
            with pytest.raises(AnswerLost):
                await s.send("您好")
            if how == DROP:
                await s.ended
                with pytest.raises(NotCarried) as down:
                    await s.send("再来")
                assert not isinstance(down.value, AnswerLost), "this one was never written"

    run(test)


def test_a_delivery_is_answered_once_stored_and_not_before(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            s.failures = [RuntimeError("database down")]
            frame = s.carrier.text("8613800000017", "停电了".encode("utf-16-be"), name=7)
            s.carrier.send(frame)
            await asyncio.sleep(0)
            s.carrier.send(frame)
            await s.carrier.until(lambda: s.carrier.acknowledged)
            assert (s.carrier.acknowledged, len(s.delivered)) == ([(7, 0)], 1)
            inbound = s.driver.parse_inbound(Call(s.delivered[0]))[0]
            assert (inbound.text, inbound.sender) == ("停电了", "8613800000017")
            assert inbound.id == {"cmpp": "7", "smpp": None}[kind]

    run(test)


def test_a_frame_in_pieces_is_put_together(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            frame = s.carrier.text("8613800000017", "停电了".encode("utf-16-be"))
            for at in range(len(frame)):
                s.carrier.send(frame[at : at + 1])
                await asyncio.sleep(0)
            await s.carrier.until(lambda: s.carrier.acknowledged)
            assert s.delivered == [frame]

    run(test)


def test_a_report_is_read(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            for state, arrived in (("DELIVRD", True), ("UNDELIV", False), ("ACCEPTD", None), ("MK:0001", False)):
                if kind == "smpp" and ":" in state:
                    continue
                report = s.driver.parse_receipt(Call(s.carrier.report("42", state)))[0]
                assert (report.ref, report.arrived, report.code) == ("42", arrived, state)
                assert s.driver.parse_inbound(Call(s.carrier.report("42", state))) == []

    run(test)


def test_heartbeats_are_asked_and_answered(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock, Pace(heartbeat=0.01)) as s:
            await s.carrier.until(lambda: s.carrier.heartbeats >= 2)
            s.carrier.send(s.carrier.heartbeat())
            await s.send("还在")

    run(test)


def test_a_silent_carrier_is_left(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock, Pace(heartbeat=0.01, patience=0.05)) as s:
            s.carrier.mute = True
            assert (await s.ended).startswith("no heartbeat")

    run(test)


def test_leave_is_taken(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            await s.driver.line.close()
            assert s.carrier.goodbyes == 1
            await s.ended

    run(test)


@pytest.mark.parametrize("length", [0, 3, 11, 70_001, 2**32 - 1])
def test_a_length_that_lies_ends_the_connection(kind: str, clock: FixedClock, length: int) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            s.carrier.send(length.to_bytes(4, "big") + bytes(12))
            assert (await s.ended).startswith("no frame")

    run(test)


def crafted(kind: str, carrier: type[Carrier]) -> list[bytes]:
    """Frames whose outer length is right and whose inside lies."""
    good = bytearray(carrier.text("8613800000017", b"ab"))  # type: ignore[attr-defined]
    headers = [b"\xff\x00\x03", b"", b"\x05\x00\x03\x01\x00\x00", b"\x05\x00\x03\x01\x02\x03"]
    lies = [carrier.text("1", data, headed=1) for data in headers]  # type: ignore[attr-defined]
    cut = good[: (12 if kind == "cmpp" else 16) + 3]
    cut[:4] = len(cut).to_bytes(4, "big")
    lies.append(bytes(cut))
    if kind == "cmpp":
        good[12 + 64] = 0xFF  # Msg_Length beyond the frame
    else:
        good[-3] = 0xFF  # sm_length beyond the frame
    lies.append(bytes(good))
    return lies


def test_crafted_frames_are_refused_one_by_one_and_the_connection_lives(kind: str, clock: FixedClock) -> None:
    async def test() -> None:
        async with session(kind, clock) as s:
            frames = crafted(kind, type(s.carrier))
            for frame in frames:
                s.carrier.send(frame)
            s.carrier.send(s.carrier.text("8613800000017", "好".encode("utf-16-be"), name=1000))
            await s.carrier.until(lambda: len(s.carrier.acknowledged) == len(frames) + 1)
            results = [result for _, result in s.carrier.acknowledged]
            assert all(results[:-1]) and results[-1] == 0
            assert len(s.delivered) == 1

    run(test)


def test_templates_are_not_for_lines(kind: str, clock: FixedClock) -> None:
    driver = LineDriver(dialect(kind, clock))
    with pytest.raises(NotCarried) as refused:
        asyncio.run(driver.send(PHONE, Template("SMS_1", {}), "id"))
    assert refused.value.permanent
    with pytest.raises(NotCarried) as down:
        asyncio.run(driver.send(PHONE, driver.pieces("您好", "id")[0], "id"))
    assert (down.value.code, down.value.permanent) == ("line_down", False)
