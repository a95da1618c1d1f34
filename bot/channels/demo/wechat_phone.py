"""A demo customer's WeChat: what it sends is signed and closed as WeChat does it, and comes in by our front door."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from anyio import to_thread

from bot.channels.demo.wechat_server import WechatServer
from bot.channels.wechat.crypt import Envelope, signature
from bot.channels.wechat.parts import WechatAccount
from bot.channels.wechat.push import read_document
from bot.clock import Clock

CALL_SECONDS = 5.0  # WeChat waits so long, and asks three times in all
TRIES = 3
DONE = "success"
Post = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, str]]]


@dataclass(frozen=True)
class SignedPush:
    """One call as WeChat makes it: the query and the body."""

    query: Mapping[str, str]
    body: bytes


class WechatPhone:
    def __init__(self, account: WechatAccount, server: WechatServer, clock: Clock, post: Post) -> None:
        """`post` calls our address for pushes and gives status and body."""
        self._account = account
        self._envelope = Envelope(account.aes_key, account.app_id) if account.aes_key else None
        self._server = server
        self._clock = clock
        self._post = post

    async def say(self, openid: str, text: str, *, times: int = 1, after: float = 0) -> None:
        """A text, delivered so many times at once, so many seconds after it was written."""
        await to_thread.run_sync(self._server.said, openid, text)
        written = self.xml(openid, "text", {"Content": text, "MsgId": new_message_id()})
        await asyncio.sleep(after)
        await self.deliver(openid, written, times=times)

    async def send(self, openid: str, kind: str, shown: str, fields: Mapping[str, str]) -> None:
        """Anything else than text; `shown` is how the customer sees it on their own phone."""
        await to_thread.run_sync(self._server.said, openid, shown)
        await self.deliver(openid, self.xml(openid, kind, {**fields, "MsgId": new_message_id()}))

    async def event(self, openid: str, event: str, fields: Mapping[str, str] | None = None) -> None:
        await self.deliver(openid, self.xml(openid, "event", {"Event": event, **(fields or {})}))

    async def deliver(self, openid: str, xml: str, *, times: int = 1) -> None:
        """Delivers one push, as often as ordered; of several answers the customer sees one, as in WeChat."""
        answers = await asyncio.gather(*(self._call(xml) for _ in range(times)))
        answer = next((each for each in answers if each), "")
        if answer:
            await to_thread.run_sync(self._server.answered, openid, answer)

    async def _call(self, xml: str) -> str:
        """One call and its repetitions, until our side has taken it; what it answered, empty for nothing to say."""
        for _ in range(TRIES):
            push = self.signed(xml)
            try:
                status, body = await asyncio.wait_for(self._post(push.query, push.body), CALL_SECONDS)
            except TimeoutError:
                continue
            if status == 200:
                return "" if body == DONE else self.read(body)
        return ""

    def xml(self, openid: str, kind: str, fields: Mapping[str, str]) -> str:
        created = str(int(self._clock.now().timestamp()))
        parts = {
            "ToUserName": "gh_demo",
            "FromUserName": openid,
            "CreateTime": created,
            "MsgType": kind,
            **fields,
        }
        return "<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items()) + "</xml>"

    def signed(self, xml: str) -> SignedPush:
        timestamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(8)
        query = {
            "signature": signature(self._account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        if self._envelope is None:
            return SignedPush(query, xml.encode())
        sealed = self._envelope.close(xml)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self._account.token, timestamp, nonce, sealed)
        return SignedPush(query, f"<xml><ToUserName>gh_demo</ToUserName><Encrypt>{sealed}</Encrypt></xml>".encode())

    def read(self, body: str) -> str:
        """The text of an answer given within the call."""
        document = read_document(body.encode())
        if self._envelope is not None:
            document = read_document(self._envelope.open(document.findtext("Encrypt") or ""))
        return document.findtext("Content") or ""


def new_message_id() -> str:
    """WeChat's are 64-bit numbers."""
    return str(secrets.randbelow(9 * 10**18) + 10**18)
