"""Writing on the demo phone: by SMS and in WeChat, once, three times at once or late, always by the real way in."""

import asyncio
import io
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Literal

import structlog
from anyio import to_thread
from PIL import Image

from bot.channels.demo.screen import openid_of
from bot.channels.demo.sms import is_demo_phone
from bot.channels.demo.wechat_phone import WechatPhone
from bot.channels.demo.wechat_server import WechatServer
from bot.channels.sms.channel import Arrived, SmsChannel
from bot.channels.sms.driver import Inbound
from bot.clock import NewId

log = structlog.get_logger()
How = Literal["once", "thrice", "late"]
LATE_SECONDS = 10.0
THRICE = 3
SHORT_RECORDING = b"#!AMR\n" + bytes(32)


@dataclass
class Hands:
    """`wechat` and `server` are None where the account is a real one."""

    sms: SmsChannel
    arrived: Arrived
    new_id: NewId
    wechat: WechatPhone | None = None
    server: WechatServer | None = None
    late_seconds: float = LATE_SECONDS

    def __post_init__(self) -> None:
        self._going: set[asyncio.Task[None]] = set()

    async def text(self, number: str, text: str, delivery_id: str | None = None) -> bool:
        """One SMS; False where nobody will answer it."""
        inbound = Inbound(delivery_id or self.new_id(), number, text)
        proven = is_demo_phone(number)
        received = await to_thread.run_sync(lambda: self.sms.receiving.receive(inbound, proven=proven))
        if received is not None:
            self.arrived(received)
        return received is not None

    def text_soon(self, number: str, text: str, how: How) -> None:
        name, times = self.new_id(), THRICE if how == "thrice" else 1

        async def deliver() -> None:
            await self._wait(how)
            await asyncio.gather(*(self.text(number, text, name) for _ in range(times)))

        self._start(deliver())

    def say_soon(self, number: str, text: str, how: How) -> None:
        """One WeChat text."""
        phone = self.wechat

        async def deliver() -> None:
            if phone is not None:
                late = self.late_seconds if how == "late" else 0
                await phone.say(openid_of(number), text, times=THRICE if how == "thrice" else 1, after=late)

        self._start(deliver())

    def act_soon(self, number: str, act: str) -> None:
        """What else one does in WeChat."""
        if self.wechat is not None and self.server is not None:
            self._start(self._act(self.wechat, self.server, openid_of(number), act))

    async def _act(self, phone: WechatPhone, server: WechatServer, openid: str, act: str) -> None:
        if act in ("subscribe", "unsubscribe"):
            await phone.event(openid, act)
        elif act == "picture":
            media = await to_thread.run_sync(server.keep, _picture(), "image/jpeg")
            await phone.send(openid, "image", "[图片]", {"MediaId": media, "PicUrl": ""})
        elif act == "voice":
            media = await to_thread.run_sync(server.keep, SHORT_RECORDING, "audio/amr")
            await phone.send(openid, "voice", "[语音]", {"MediaId": media, "Format": "amr"})
        elif act == "place":
            place = {"Location_X": "34.2140", "Location_Y": "113.7730", "Scale": "15", "Label": "人民路与八七路口"}
            await phone.send(openid, "location", f"[位置] {place['Label']}", place)

    async def _wait(self, how: How) -> None:
        if how == "late":
            await asyncio.sleep(self.late_seconds)

    def _start(self, going: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(going)
        self._going.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("demo_phone_failed", error=type(task.exception()).__name__)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "#c8d8e8").save(out, "JPEG")
    return out.getvalue()
