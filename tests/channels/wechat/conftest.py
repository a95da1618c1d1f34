"""An official account on a simulated WeChat server on loopback, and a follower's phone that signs as WeChat does."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy import select
from starlette.responses import JSONResponse

from bot.bootstrap import House
from bot.channels.changes import Changes
from bot.channels.demo import wechat_server
from bot.channels.demo.wechat_phone import WechatPhone
from bot.channels.demo.wechat_server import ACCOUNT, WechatServer
from bot.channels.inbox import Inbox
from bot.channels.web.api import error_response
from bot.channels.web.greeting import greeting
from bot.channels.wechat import routes
from bot.channels.wechat.parts import WechatAccount, WechatParts
from bot.channels.wechat.reception import Desk, Reception
from bot.clock import FixedClock
from bot.conversations.outbox import deliver
from bot.conversations.tables import ChannelAddress
from bot.conversations.worker import TurnWorker
from bot.errors import LamplighterError
from bot.settings import Settings
from bot.storage.engine import Database
from tests.conversations.conftest import FakeDialogue

ANNA, BEN = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "oBen00000000000000000000000B"
TOKEN, SECRET, AES_KEY = "weixintoken", "app-secret", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class Account:
    """Our side, WeChat's side and the follower's phone. `run` plays a scene on one event loop."""

    house: House
    server: WechatServer
    dialogue: FakeDialogue = field(default_factory=FakeDialogue)
    patience: float = 2.0
    statuses: list[int] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    @property
    def parts(self) -> WechatParts:
        assert self.house.wechat is not None
        return self.house.wechat

    @property
    def keys(self) -> WechatAccount:
        return self.parts.account

    def run(self, scene: Callable[["Scene"], Awaitable[None]]) -> None:
        async def play() -> None:
            scene_ = Scene(self)
            try:
                await scene(scene_)
                await scene_.quiet()
            finally:
                await scene_.worker.stop()

        asyncio.run(play())

    def say(self, text: str, openid: str = ANNA, times: int = 1) -> None:
        async def scene(scene: "Scene") -> None:
            await scene.phone.say(openid, text, times=times)

        self.run(scene)

    def post(self, query: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """One raw call, as anybody may make it."""
        answer: list[tuple[int, str]] = []

        async def scene(scene: "Scene") -> None:
            answer.append(await scene.post(query, body))

        self.run(scene)
        return answer[0]

    def push(self, xml: str) -> tuple[int, str]:
        call = Scene(self).phone.signed(xml)
        return self.post(call.query, call.body)

    def xml(self, kind: str, openid: str = ANNA, **fields: str) -> str:
        return Scene(self).phone.xml(openid, kind, fields)

    def deliver(self) -> None:
        """What is due goes out, until nothing is."""
        while deliver(self.house.outbox, self.house.carriers):
            pass

    def fetch(self) -> None:
        self.parts.media.fetch(lambda _: None)

    def seen(self, openid: str = ANNA) -> list[str]:
        """What our account has said, on the follower's phone."""
        return [b.text for b in self.server.bubbles(openid) if b.author == ACCOUNT]

    def kinds(self, openid: str = ANNA) -> list[str]:
        return [b.kind for b in self.server.bubbles(openid) if b.author == ACCOUNT]

    def conversation(self, openid: str = ANNA) -> str:
        find = select(ChannelAddress.conversation_id).where(ChannelAddress.address == openid)
        with self.house.db.read() as session:
            found = session.scalar(find)
        assert found is not None
        return found

    def thread(self, openid: str = ANNA) -> list[tuple[str, str]]:
        messages = self.house.conversations.view(self.conversation(openid), 0).messages
        return [(m.author, m.text) for m in messages]


class Scene:
    def __init__(self, account: Account) -> None:
        house = account.house
        self.account = account
        changes = Changes()
        self.worker = TurnWorker(
            house.turns,
            house.guard,
            account.dialogue,
            house.clock,
            changes.tell,
            side_by_side=4,
            delayed_after=10,
            unavailable_after=300,
        )
        desk = Desk(
            db=house.db,
            inbox=Inbox(house.conversations, changes, self.worker.wake),
            changes=changes,
            wordless=house.wordless,
            outbox=house.outbox,
            turns=house.turns,
            quota=account.parts.quota,
            grants=account.parts.grants,
            media=account.parts.media,
            greeting=greeting,
            joining=house.joining,
            followers=house.followers,
        )
        self.app = FastAPI()
        self.app.include_router(routes.router(account.parts.door, Reception(desk, account.patience)))
        self.app.add_exception_handler(LamplighterError, _refusal)  # type: ignore[arg-type]
        self.phone = WechatPhone(account.keys, account.server, house.clock, self.post)

    async def post(self, query: Mapping[str, str], body: bytes) -> tuple[int, str]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            answer = await client.post("/wechat", params=dict(query), content=body)
        self.account.statuses.append(answer.status_code)
        self.account.bodies.append(answer.text)
        return answer.status_code, answer.text

    async def quiet(self) -> None:
        while self.worker._running:
            await asyncio.sleep(0.01)


async def _refusal(_request: Request, error: LamplighterError) -> JSONResponse:
    return error_response(error)


def _serve(app: FastAPI, port: int) -> uvicorn.Server:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, ws="none"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        pass
    return server


def make_account(db: Database, clock: FixedClock, *, encrypted: bool = True, menus: bool = False) -> Iterator[Account]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        secret="a secret of the tests, 32 characters",
        messages_per_minute=100,
        wechat_app_id="wx-test",
        wechat_app_secret=SECRET,
        wechat_token=TOKEN,
        wechat_aes_key=AES_KEY if encrypted else "",
        wechat_api_url=f"http://127.0.0.1:{port}/demo/wechat",
        wechat_menus=menus,
    )
    server = WechatServer(db, clock, "wx-test", SECRET)
    app = FastAPI()
    app.include_router(wechat_server.router(server))
    running = _serve(app, port)
    house = House(settings, clock, db)
    yield Account(house, server)
    house.wechat.api.close()  # type: ignore[union-attr]
    running.should_exit = True


@pytest.fixture
def account(any_db: Database, clock: FixedClock) -> Iterator[Account]:
    """In encrypted mode, on both databases."""
    yield from make_account(any_db, clock)


@pytest.fixture
def sealed(db: Database, clock: FixedClock) -> Iterator[Account]:
    """In encrypted mode, on SQLite alone."""
    yield from make_account(db, clock)


@pytest.fixture
def plain(db: Database, clock: FixedClock) -> Iterator[Account]:
    """In plain mode."""
    yield from make_account(db, clock, encrypted=False)


@pytest.fixture
def with_menus(db: Database, clock: FixedClock) -> Iterator[Account]:
    yield from make_account(db, clock, menus=True)
