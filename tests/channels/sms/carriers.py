"""Carriers on loopback: real sockets and real bytes, written from the protocols' papers and from another's library.

Neither simulator imports the frames under test: CMPP is packed by `struct`, SMPP by smpplib.
"""

import asyncio
import hashlib
import itertools
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from smpplib import consts
from smpplib.command import DeliverSM
from smpplib.smpp import make_pdu, parse_pdu

USER, PASSWORD, NUMBER = "901234", "secret", "10657395598"
DROP, SILENT = "drop", "silent"


@dataclass
class Submitted:
    """A text as it came over the wire."""

    to: str
    source: str
    headed: bool
    coding: int
    content: bytes
    wants_report: bool


class Carrier:
    """`answers`: what to say to the next texts: a result, DROP (hang up unasked) or SILENT. Empty: taken."""

    header = 12

    def __init__(self) -> None:
        self.submitted: list[Submitted] = []
        self.answers: list[int | str] = []
        self.acknowledged: list[tuple[int, int]] = []  # (sequence, result) of deliveries
        self.logins = 0
        self.login_answer: bytes | None = None
        self.heartbeats = 0
        self.goodbyes = 0
        self.mute = False
        self.changed = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []
        self.most_at_once = 0
        self.held: asyncio.Event | None = None
        self._now = 0
        self._numbers = itertools.count(1)
        self._work: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(cls, port: int = 0) -> AsyncIterator[Self]:
        carrier = cls()
        server = await asyncio.start_server(carrier._serve, "127.0.0.1", port)
        carrier.port = server.sockets[0].getsockname()[1]
        try:
            yield carrier
        finally:
            server.close()
            carrier.hang_up()
            for task in carrier._work:
                task.cancel()

    port: int

    def hang_up(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    def send(self, data: bytes) -> None:
        self.writers[-1].write(data)

    async def until(self, condition: Any) -> None:
        """Waits for something the carrier has seen; the test's own time-out ends what never comes."""
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while True:
                start = await reader.readexactly(4)
                frame = start + await reader.readexactly(int.from_bytes(start, "big") - 4)
                if not self.mute:
                    self._take(frame, writer)
                self.changed.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if writer in self.writers:
                self.writers.remove(writer)
            writer.close()
            self.changed.set()

    def _answer(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        async def later() -> None:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            if self.held is not None:
                await self.held.wait()
            self._now -= 1
            answer = self.answers.pop(0) if self.answers else 0
            if answer == DROP:
                writer.close()
            elif isinstance(answer, int):
                writer.write(self._taken(frame, answer))

        task = asyncio.create_task(later())
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _take(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    def _taken(self, frame: bytes, result: int) -> bytes:
        raise NotImplementedError


CMPP_SUBMIT = struct.Struct("!QBBBB10sB21sBBB6s2s6s17s17s21sB21sB")
CMPP_DELIVER = struct.Struct("!Q21s10sBBB21sBB")


class CmppGateway(Carrier):
    """An ISMG of 中国移动 that knows one SP."""

    def _take(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        _, command, sequence = struct.unpack("!III", frame[:12])
        if command == 1:
            writer.write(self.login_answer or self._login(frame, sequence))
        elif command == 4:
            self._submitted(frame)
            self._answer(frame, writer)
        elif command == 8:
            self.heartbeats += 1
            writer.write(cmpp(0x80000008, sequence, b"\0"))
        elif command == 2:
            self.goodbyes += 1
            writer.write(cmpp(0x80000002, sequence))
        elif command == 0x80000005:
            self.acknowledged.append((sequence, frame[20]))

    def _login(self, frame: bytes, sequence: int) -> bytes:
        self.logins += 1
        user, proof, version, stamp = struct.unpack("!6s16sBI", frame[12:])
        right = hashlib.md5(user.rstrip(b"\0") + b"\0" * 9 + PASSWORD.encode() + f"{stamp:010}".encode()).digest()
        status = 0 if (user, version) == (USER.encode(), 0x20) and proof == right else 3
        mine = hashlib.md5(bytes([status]) + proof + PASSWORD.encode()).digest()
        return cmpp(0x80000001, sequence, bytes([status]) + mine + b"\x20")

    def _submitted(self, frame: bytes) -> None:
        fields = CMPP_SUBMIT.unpack_from(frame, 12)
        content = frame[12 + CMPP_SUBMIT.size :]
        length, content = fields[19], content[:-8]
        assert (fields[17], length) == (1, len(content)) and length <= 140
        source, to = (fields[i].rstrip(b"\0").decode() for i in (16, 18))
        self.submitted.append(Submitted(to, source, bool(fields[9]), fields[10], content, fields[3] == 1))

    def _taken(self, frame: bytes, result: int) -> bytes:
        sequence = struct.unpack("!I", frame[8:12])[0]
        return cmpp(0x80000004, sequence, struct.pack("!QB", next(self._numbers), result))

    @staticmethod
    def text(sender: str, content: bytes, *, name: int = 7, coding: int = 8, headed: int = 0) -> bytes:
        body = CMPP_DELIVER.pack(name, NUMBER.encode(), b"", 0, headed, coding, sender.encode(), 0, len(content))
        return cmpp(5, name, body + content + bytes(8))

    @staticmethod
    def report(ref: str, state: str = "DELIVRD") -> bytes:
        content = struct.pack("!Q7s10s10s21sI", int(ref), state.encode(), b"2611241000", b"2611241001", b"1", 0)
        body = CMPP_DELIVER.pack(99, NUMBER.encode(), b"", 0, 0, 0, b"13800000017", 1, len(content))
        return cmpp(5, 99, body + content + bytes(8))

    @staticmethod
    def heartbeat() -> bytes:
        return cmpp(8, 1234)


def cmpp(command: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack("!III", 12 + len(body), command, sequence) + body


class SmppCentre(Carrier):
    """An SMSC, its frames read and made by smpplib."""

    def _take(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        asked = {} if frame[4] & 0x80 else {"need_sequence": False}
        pdu: Any = parse_pdu(frame, allow_unknown_opt_params=True, **asked)
        if pdu.command == "bind_transceiver":
            self.logins += 1
            right = (pdu.system_id, pdu.password) == (USER.encode(), PASSWORD.encode())
            writer.write(self.login_answer or smpp(0x80000009, pdu.sequence, b"centre\0", 0 if right else 0xE))
        elif pdu.command == "submit_sm":
            self._submitted(pdu)
            self._answer(frame, writer)
        elif pdu.command == "enquire_link":
            self.heartbeats += 1
            writer.write(smpp(0x80000015, pdu.sequence))
        elif pdu.command == "unbind":
            self.goodbyes += 1
            writer.write(smpp(0x80000006, pdu.sequence))
        elif pdu.command == "deliver_sm_resp":
            self.acknowledged.append((pdu.sequence, pdu.status))

    def _submitted(self, pdu: Any) -> None:
        to, source = pdu.destination_addr.decode(), pdu.source_addr.decode()
        assert pdu.sm_length == len(pdu.short_message) <= 159
        headed = bool(pdu.esm_class & consts.SMPP_GSMFEAT_UDHI)
        report = pdu.registered_delivery == 1
        self.submitted.append(Submitted(to, source, headed, pdu.data_coding, pdu.short_message, report))

    def _taken(self, frame: bytes, result: int) -> bytes:
        name = b"" if result else b"m%d" % next(self._numbers)
        return smpp(0x80000004, int.from_bytes(frame[12:16], "big"), name + b"\0", result)

    @staticmethod
    def text(sender: str, content: bytes, *, name: int = 7, coding: int = 8, headed: int = 0, **more: Any) -> bytes:
        return deliver_sm(
            sequence=name, source_addr=sender, short_message=content, data_coding=coding, esm_class=headed << 6, **more
        )

    @staticmethod
    def report(ref: str, state: str = "DELIVRD") -> bytes:
        said = f"id:{ref} sub:001 dlvrd:001 submit date:2611241000 done date:2611241001 stat:{state} err:000 text:"
        return deliver_sm(sequence=99, source_addr="13800000017", short_message=said.encode(), esm_class=4)

    @staticmethod
    def heartbeat() -> bytes:
        return smpp(0x15, 1234)


def deliver_sm(sequence: int, **fields: Any) -> bytes:
    pdu: DeliverSM = make_pdu("deliver_sm", need_sequence=False, destination_addr=NUMBER, **fields)
    pdu.sequence = sequence
    return bytes(pdu.generate())


def smpp(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


CARRIERS: dict[str, type[Carrier]] = {"cmpp": CmppGateway, "smpp": SmppCentre}
