"""SMPP 3.4, the protocol of carriers and aggregators outside the mainland: one transceiver session.

SMPP Protocol Specification v3.4, issue 1.2. All numbers big end first.
"""

import re

from bot.channels.sms.driver import Call, Inbound, Receipt, Report, Text, Throttled, Unreadable
from bot.channels.sms.line import udh
from bot.channels.sms.line.dialect import ARRIVED, Head, Login, Refused, Role
from bot.channels.sms.line.frames import Fields, terminated
from bot.channels.sms.parts import decode, encode
from bot.conversations.carriers import NotCarried

SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRANSCEIVER, ENQUIRE_LINK = 0x4, 0x5, 0x6, 0x9, 0x15
NACK = 0x80000000
ANSWER = 0x80000000
VERSION = 0x34
REFUSALS = {0x5: "already_bound", 0xD: "bind_failed", 0xE: "password", 0xF: "system_id"}
SLOWER, LATER = {0x14, 0x58}, {0x8, 0x45, 0x65}
UNKNOWN_COMMAND, REJECTED = 0x3, 0x66
HEADED, KIND, RECEIPT, INTERMEDIATE = 0x40, 0x3C, 0x04, 0x20
GSM7, ASCII, UCS2 = 0, 1, 8
PAYLOAD, RECEIPTED_ID, STATE, SAR_REF, SAR_OF, SAR_NUMBER = 0x424, 0x1E, 0x427, 0x20C, 0x20E, 0x20F
STATES = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN"}
STATES[8] = "REJECTD"
ROLES: dict[int, Role] = {DELIVER_SM: "delivery", ENQUIRE_LINK: "heartbeat", UNBIND: "goodbye"}
ABBREVIATED, INTERNATIONAL, ALPHANUMERIC = (6, 0), (1, 1), (5, 0)
FULL_NUMBER = 9  # digits; below that it is a short code
IN_TEXT = re.compile(r"\bid:(\S+).*?\bstat:(\w+)", re.ASCII | re.DOTALL | re.IGNORECASE)


class Smpp:
    name = "smpp"
    shortest = 16

    def __init__(self, login: Login) -> None:
        self._login = login

    def head(self, frame: bytes) -> Head:
        command, sequence = _command(frame), int.from_bytes(frame[12:16], "big")
        return Head("answer" if command & ANSWER else ROLES.get(command, "other"), sequence)

    def login(self, sequence: int) -> bytes:
        names = terminated(self._login.user, 16) + terminated(self._login.password, 9) + b"\0"
        return _frame(BIND_TRANSCEIVER, sequence, names + bytes((VERSION, 0, 0)) + b"\0")

    def admitted(self, frame: bytes) -> None:
        status = _status(frame)
        if status:
            raise Refused("短信网关拒绝登录", code=f"smpp_{REFUSALS.get(status, hex(status))}")
        if _command(frame) != BIND_TRANSCEIVER | ANSWER:
            raise Unreadable(f"command {_command(frame):#x} answers the login")

    def submit(self, sequence: int, to: str, text: Text) -> bytes:
        content = encode(text.body, text.alphabet)
        headed = text.of > 1
        if headed:
            content = udh.header(text.ref, text.of, text.number) + content
        coding = GSM7 if text.alphabet == "gsm7" else UCS2
        body = b"".join(
            (
                terminated(self._login.service, 6),
                _address(self._login.number),
                _address(to),
                bytes((HEADED if headed else 0, 0, 0)),  # esm_class, protocol_id, priority_flag
                b"\0\0",  # schedule_delivery_time, validity_period
                bytes(
                    (1, 0, coding, 0)
                ),  # registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id
                bytes((len(content),)) + content,
            )
        )
        return _frame(SUBMIT_SM, sequence, body)

    def taken(self, frame: bytes) -> Receipt:
        status = _status(frame)
        if status in SLOWER:
            raise Throttled(f"smpp_{status:#x}")
        if status:
            raise NotCarried("retry" if status in LATER else "give_up", f"smpp_{status:#x}")
        return Receipt(Fields(frame[16:]).terminated(65))

    def heartbeat(self, sequence: int) -> bytes:
        return _frame(ENQUIRE_LINK, sequence)

    def goodbye(self, sequence: int) -> bytes:
        return _frame(UNBIND, sequence)

    def reply(self, frame: bytes, *, understood: bool = True) -> bytes | None:
        command, sequence = _command(frame), self.head(frame).sequence
        if command == DELIVER_SM:
            return _frame(DELIVER_SM | ANSWER, sequence, b"\0", 0 if understood else REJECTED)
        if command in (ENQUIRE_LINK, UNBIND):
            return _frame(command | ANSWER, sequence)
        return _frame(NACK, sequence, status=UNKNOWN_COMMAND)

    def parse_inbound(self, call: Call) -> list[Inbound]:
        delivery = _Delivery(call.body)
        if delivery.kind:
            return []
        (ref, of, number), content = delivery.parts()
        return [Inbound(delivery.id, delivery.sender, _text(content, delivery.coding), number, of, ref)]

    def parse_receipt(self, call: Call) -> list[Report]:
        """The name and state in the optional fields, or, where a carrier sends none, in the words of Appendix B."""
        delivery = _Delivery(call.body)
        if delivery.kind not in (RECEIPT, INTERMEDIATE):
            return []
        said = IN_TEXT.search(delivery.content.decode("ascii", "replace"))
        state = STATES.get(delivery.state, "") or (said[2].upper() if said else "")
        name = delivery.id or (said[1] if said else "")
        if not name or not state:
            raise Unreadable("a receipt without name or state")
        return [Report(name, ARRIVED.get(state, False), state)]


class _Delivery:
    """deliver_sm: a customer's text or a receipt for one of ours. `id` is the carrier's, where it gives one."""

    def __init__(self, frame: bytes) -> None:
        if _command(frame) != DELIVER_SM:
            raise Unreadable(f"command {_command(frame):#x} instead of deliver_sm")
        fields = Fields(frame[16:])
        fields.terminated(6)
        fields.octets(2)
        sender = fields.terminated(21)
        self.sender = sender
        fields.octets(2)
        fields.terminated(21)
        esm_class = fields.number(1)
        self.headed, self.kind = esm_class & HEADED, esm_class & KIND
        fields.octets(2)
        fields.terminated(17)
        fields.terminated(17)
        fields.octets(2)
        self.coding = fields.number(1)
        fields.octets(1)
        content = fields.octets(fields.number(1))
        self._optional = _optional(fields)
        self.content = content or self._optional.get(PAYLOAD, b"")
        name = self._optional.get(RECEIPTED_ID, b"").split(b"\0", 1)[0]
        self.id = name.decode("ascii", "replace") or None
        self.state = int.from_bytes(self._optional.get(STATE, b""), "big")

    def parts(self) -> tuple[tuple[int, int, int], bytes]:
        if self.headed:
            return udh.split(self.content)
        if SAR_OF in self._optional:
            ref, of, number = (
                int.from_bytes(self._optional.get(tag, b""), "big") for tag in (SAR_REF, SAR_OF, SAR_NUMBER)
            )
            return udh.checked(ref, of, number), self.content
        return (0, 1, 1), self.content


def _optional(fields: Fields) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while fields.left:
        tag, length = fields.number(2), fields.number(2)
        found[tag] = fields.octets(length)
    return found


def _address(number: str) -> bytes:
    digits = number.lstrip("+")
    figures = INTERNATIONAL if len(digits) >= FULL_NUMBER else ABBREVIATED
    return bytes(figures if digits.isdecimal() else ALPHANUMERIC) + terminated(digits, 21)


def _text(content: bytes, coding: int) -> str:
    if coding == UCS2:
        return decode(content, "ucs2")
    return decode(content, "gsm7") if coding == GSM7 else content.decode("latin-1")


def _command(frame: bytes) -> int:
    return int.from_bytes(frame[4:8], "big")


def _status(frame: bytes) -> int:
    return int.from_bytes(frame[8:12], "big")


def _frame(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in (16 + len(body), command, status, sequence)) + body
