"""CMPP 2.0, the protocol of 中国移动 for suppliers with an SP number of their own.

Fields and lengths: 中国移动通信互联网短信网关接口协议 V2.0. All numbers big end first.
"""

import hashlib
from datetime import datetime

from bot.channels.sms.driver import Call, Inbound, Receipt, Report, Text, Throttled, Unreadable
from bot.channels.sms.line import udh
from bot.channels.sms.line.dialect import ARRIVED, Head, Login, Refused, Role
from bot.channels.sms.line.frames import Fields, filled
from bot.channels.sms.parts import decode, encode
from bot.clock import Clock, local
from bot.conversations.carriers import NotCarried

CONNECT, TERMINATE, SUBMIT, DELIVER, ACTIVE_TEST = 0x1, 0x2, 0x4, 0x5, 0x8
ANSWER = 0x80000000
VERSION = 0x20
UCS2, GB = 8, 15
REFUSALS = {1: "structure", 2: "source_address", 3: "password", 4: "version"}
SLOWER, LATER = {8}, {3, 9}
STRUCTURE_WRONG = 1
ROLES: dict[int, Role] = {DELIVER: "delivery", ACTIVE_TEST: "heartbeat", TERMINATE: "goodbye"}


class Cmpp:
    name = "cmpp"
    shortest = 12

    def __init__(self, login: Login, clock: Clock) -> None:
        self._login = login
        self._clock = clock
        self._proof = b""

    def head(self, frame: bytes) -> Head:
        command, sequence = _command(frame), int.from_bytes(frame[8:12], "big")
        return Head("answer" if command & ANSWER else ROLES.get(command, "other"), sequence)

    def login(self, sequence: int) -> bytes:
        stamp = stamp_of(self._clock.now())
        self._proof = proof_of_source(self._login.user, self._login.password, stamp)
        body = filled(self._login.user, 6) + self._proof + bytes((VERSION,)) + int(stamp).to_bytes(4, "big")
        return _frame(CONNECT, sequence, body)

    def admitted(self, frame: bytes) -> None:
        fields = _body(frame, CONNECT | ANSWER)
        status, proof = fields.number(1), fields.octets(16)
        if status:
            raise Refused("短信网关拒绝登录", code=f"cmpp_{REFUSALS.get(status, status)}")
        if proof != proof_of_gateway(status, self._proof, self._login.password):
            raise Refused("短信网关没有证明它的身份", code="cmpp_gateway_not_proved")

    def submit(self, sequence: int, to: str, text: Text) -> bytes:
        login = self._login
        content = encode(text.body, "ucs2")
        if text.of > 1:
            content = udh.header(text.ref, text.of, text.number) + content
        body = b"".join(
            (
                bytes(8),  # Msg_Id: given by the gateway
                bytes((text.of, text.number, 1, 1)),  # Pk_total, Pk_number, Registered_Delivery, Msg_level
                filled(login.service, 10),
                bytes((2,)) + filled("", 21),  # Fee_UserType: the SP pays; Fee_terminal_Id
                bytes((0, text.of > 1, UCS2)),  # TP_pId, TP_udhi, Msg_Fmt
                filled(login.user, 6) + filled("01", 2) + filled("000000", 6),  # Msg_src, FeeType: free, FeeCode
                filled("", 17) + filled("", 17),  # ValId_Time, At_Time
                filled(login.number, 21) + bytes((1,)) + filled(to.removeprefix("+86").lstrip("+"), 21),
                bytes((len(content),)) + content + bytes(8),
            )
        )
        return _frame(SUBMIT, sequence, body)

    def taken(self, frame: bytes) -> Receipt:
        fields = _body(frame, SUBMIT | ANSWER)
        message_id, result = fields.number(8), fields.number(1)
        if result in SLOWER:
            raise Throttled(f"cmpp_{result}")
        if result:
            raise NotCarried("retry" if result in LATER else "give_up", f"cmpp_{result}")
        return Receipt(str(message_id))

    def heartbeat(self, sequence: int) -> bytes:
        return _frame(ACTIVE_TEST, sequence)

    def goodbye(self, sequence: int) -> bytes:
        return _frame(TERMINATE, sequence)

    def reply(self, frame: bytes, *, understood: bool = True) -> bytes | None:
        command, sequence = _command(frame), self.head(frame).sequence
        bodies = {ACTIVE_TEST: b"\0", TERMINATE: b""}
        if command == DELIVER:
            result = 0 if understood else STRUCTURE_WRONG
            bodies[DELIVER] = frame[12:20].ljust(8, b"\0") + bytes((result,))
        return _frame(command | ANSWER, sequence, bodies[command]) if command in bodies else None

    def parse_inbound(self, call: Call) -> list[Inbound]:
        delivery = _Delivery(call.body)
        if delivery.is_report:
            return []
        (ref, of, number), content = delivery.parts()
        return [Inbound(str(delivery.id), delivery.sender, _text(content, delivery.format), number, of, ref)]

    def parse_receipt(self, call: Call) -> list[Report]:
        delivery = _Delivery(call.body)
        if not delivery.is_report:
            return []
        fields = Fields(delivery.content)
        message_id, state = fields.number(8), fields.fixed(7)
        return [Report(str(message_id), ARRIVED.get(state, False), state or "EMPTY")]


class _Delivery:
    """CMPP_DELIVER: a customer's text or a report on one of ours."""

    def __init__(self, frame: bytes) -> None:
        fields = _body(frame, DELIVER)
        self.id = fields.number(8)
        fields.octets(21 + 10 + 1)  # Dest_Id, Service_Id, TP_pid
        self.headed = fields.number(1) & 1
        self.format = fields.number(1)
        self.sender = fields.fixed(21)
        self.is_report = fields.number(1) == 1
        self.content = fields.octets(fields.number(1))

    def parts(self) -> tuple[tuple[int, int, int], bytes]:
        return udh.split(self.content) if self.headed else ((0, 1, 1), self.content)


def proof_of_source(user: str, password: str, stamp: str) -> bytes:
    """AuthenticatorSource. `stamp` is MMDDHHMMSS."""
    return hashlib.md5(user.encode() + bytes(9) + password.encode() + stamp.encode()).digest()


def proof_of_gateway(status: int, proof: bytes, password: str) -> bytes:
    """AuthenticatorISMG."""
    return hashlib.md5(bytes((status,)) + proof + password.encode()).digest()


def stamp_of(instant: datetime) -> str:
    """MMDDHHMMSS on the clocks of the carrier."""
    return f"{local(instant):%m%d%H%M%S}"


def _text(content: bytes, form: int) -> str:
    if form == UCS2:
        return decode(content, "ucs2")
    return content.decode("gb18030" if form == GB else "ascii", "replace")


def _command(frame: bytes) -> int:
    return int.from_bytes(frame[4:8], "big")


def _body(frame: bytes, command: int) -> Fields:
    if _command(frame) != command:
        raise Unreadable(f"command {_command(frame):#x} instead of {command:#x}")
    return Fields(frame[12:])


def _frame(command: int, sequence: int, body: bytes = b"") -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in (12 + len(body), command, sequence)) + body
