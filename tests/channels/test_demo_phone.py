"""The demo phone: there in demo mode alone, everything on it by the real channels, safe from other pages."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from bot.bootstrap import House
from bot.channels.demo.hands import Hands, How
from bot.channels.demo.routes import STATIC
from bot.channels.sms.driver import Inbound
from bot.clock import FixedClock, new_id
from bot.gateway import create_app
from bot.settings import Settings
from bot.storage.engine import Database
from tests.channels.wechat.conftest import _serve

NUMBER = "13800000017"
SECRET = "a secret of the tests, 32 characters"


def house_of(db: Database, clock: FixedClock, tmp_path: Path, **settings: object) -> House:
    return House(Settings(secret=SECRET, var_dir=tmp_path, **settings), clock, db)  # type: ignore[arg-type]


@pytest.fixture
def phone(db: Database, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    """The whole gateway in demo mode; no dialogue runs behind it, as when that is down."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    house = house_of(db, clock, tmp_path, demo=True, http_port=port, delayed_after_seconds=60)
    app = create_app(house)
    server = _serve(app, port)
    with TestClient(app) as client:  # TestClient's own loop plays the lifespan; calls go to the served app
        client.base_url = f"http://127.0.0.1:{port}"  # type: ignore[assignment]
        yield client
    server.should_exit = True


def shown(phone: TestClient, words: str, seconds: float = 20) -> str:
    """The phone's screens, once they show these words."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        html = phone.get("/demo/phone/screens", params={"to": NUMBER}).text
        if words in html:
            return html
        time.sleep(0.1)
    raise AssertionError(f"never shown: {words}")


def test_there_is_no_demo_phone_but_in_demo_mode(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    web = TestClient(create_app(house_of(db, clock, tmp_path)))
    for path in (
        "/demo/phone",
        f"/demo/phone/screens?to={NUMBER}",
        "/demo/phone.js",
        "/demo/phone.css",
        f"/demo/api/sms?to={NUMBER}",
        "/demo/wechat/cgi-bin/media/get?media_id=x",
        "/wechat?signature=a&timestamp=1&nonce=b&echostr=c",
    ):
        assert web.get(path).status_code == 404, path
    for path in ("/demo/api/sms", "/demo/phone/sms", "/demo/phone/wechat", "/demo/phone/faults", "/wechat"):
        assert web.post(path).status_code == 404, path
    assert web.post("/demo/wechat/cgi-bin/stable_token", json={}).status_code == 404


def test_a_real_account_keeps_the_simulated_server_away(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    real = {"wechat_app_id": "wx1", "wechat_app_secret": "s", "wechat_token": "t"}
    web = TestClient(create_app(house_of(db, clock, tmp_path, demo=True, **real)))
    assert web.post("/demo/wechat/cgi-bin/stable_token", json={}).status_code == 404
    assert "发微信" not in web.get("/demo/phone").text


def test_the_page_is_drawn_by_the_server_under_a_strict_policy(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    web = TestClient(create_app(house_of(db, clock, tmp_path, demo=True)))
    page = web.get("/demo/phone", params={"to": NUMBER})
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bon\w+=|style=", page.text)
    for word in ("还没有短信", "还没有消息", "同时送三次", "晚十秒", "令牌失效"):
        assert word in page.text
    assert web.get("/demo/phone", params={"to": "<script>"}).status_code == 400
    assert "http" not in re.sub(r"//.*", "", (STATIC / "phone.js").read_text(encoding="utf-8"))


def test_another_page_may_not_write_on_it(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    web = TestClient(create_app(house_of(db, clock, tmp_path, demo=True)))
    foreign = {"Sec-Fetch-Site": "cross-site"}
    form = {"number": NUMBER, "text": "查电费"}
    for path in ("/demo/phone/sms", "/demo/phone/wechat", "/demo/phone/faults"):
        assert web.post(path, data=form, headers=foreign).status_code == 401
    assert web.post("/demo/api/sms", json={"sender": NUMBER, "text": "x"}, headers=foreign).status_code == 401


def test_danger_written_in_wechat_and_by_sms_is_answered_on_the_phone(phone: TestClient) -> None:
    for channel in ("wechat", "sms"):
        answer = phone.post(
            f"/demo/phone/{channel}",
            data={"number": NUMBER, "text": "有人触电了", "how": "thrice"},
            follow_redirects=False,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"/demo/phone?to={NUMBER}")
    html = shown(phone, "别用手拉")
    assert html.count("有人触电了") >= 1
    until = time.monotonic() + 20
    while time.monotonic() < until and not phone.get("/demo/api/sms", params={"to": NUMBER}).json():
        time.sleep(0.1)
    sent = phone.get("/demo/api/sms", params={"to": NUMBER}).json()
    assert len(sent) == 1 and set(sent[0]) == {"text", "sent_at"} and "别用手拉" in sent[0]["text"]


def test_markup_on_the_phone_is_text(phone: TestClient) -> None:
    phone.post("/demo/phone/wechat", data={"number": NUMBER, "text": "<img src=x onerror=alert(1)>"})
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown(phone, "onerror")


def test_the_other_acts_of_a_follower_come_through(phone: TestClient) -> None:
    told = phone.post(
        "/demo/phone/wechat", data={"number": NUMBER, "act": "subscribe"}, headers={"Accept": "application/json"}
    )
    assert told.status_code == 202 and "told" in told.json()
    shown(phone, "智能客服")
    phone.post("/demo/phone/wechat", data={"number": NUMBER, "act": "voice"})
    shown(phone, "没听清这条语音")
    phone.post("/demo/phone/wechat", data={"number": NUMBER, "act": "unsubscribe"})
    assert phone.post("/demo/phone/wechat", data={"number": NUMBER, "act": "dance"}).status_code == 400


def test_a_failure_ordered_with_a_click_is_made_good_by_the_next_try(phone: TestClient, clock: FixedClock) -> None:
    phone.post("/demo/phone/faults", data={"number": NUMBER, "fault": "sms:-1"})
    phone.post("/demo/phone/sms", data={"number": NUMBER, "text": "帮助"})  # a danger would text those on call as well
    shown(phone, "帮助")
    time.sleep(1.5)  # the first try, which fails
    assert phone.get("/demo/api/sms", params={"to": NUMBER}).json() == []
    clock.advance(seconds=2)
    shown(phone, "人工")


def test_an_unknown_failure_orders_nothing(phone: TestClient) -> None:
    phone.post("/demo/phone/faults", data={"number": NUMBER, "fault": "sms:500"})
    phone.post("/demo/phone/sms", data={"number": NUMBER, "text": "有人触电了"})
    shown(phone, "别用手拉")


def test_late_and_three_times_are_what_they_say() -> None:
    class Receiving:
        def __init__(self) -> None:
            self.got: list[str | None] = []

        def receive(self, inbound: Inbound, *, proven: bool) -> None:
            self.got.append(inbound.id)

    async def play(how: How, wait: float) -> list[str | None]:
        receiving = Receiving()
        channel = SimpleNamespace(receiving=receiving)
        hands = Hands(channel, lambda _: None, new_id, late_seconds=0.3)  # type: ignore[arg-type]
        hands.text_soon(NUMBER, "停电了", how)
        await asyncio.sleep(wait)
        return list(receiving.got)

    assert asyncio.run(play("late", 0.05)) == []
    assert len(asyncio.run(play("late", 1.0))) == 1
    thrice = asyncio.run(play("thrice", 0.5))
    assert len(thrice) == 3 and len(set(thrice)) == 1
