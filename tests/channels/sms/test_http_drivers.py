"""Twilio and Aliyun against servers on loopback, and their calls to us: signed, forged, malformed."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from aiohttp import web

from bot.channels.sms.aliyun import EMPTY_BODY, Aliyun, AliyunAccount, authorization, canonical_query
from bot.channels.sms.driver import AnswerLost, Call, Forged, Report, Template, Text, Throttled, Unreadable
from bot.channels.sms.twilio import SIGNATURE, Twilio, TwilioAccount, signature
from bot.clock import FixedClock
from bot.conversations.carriers import NotCarried

PHONE = "+8613800000017"
URL = "https://grid.example/sms/twilio/inbound"
TOKEN, KEY = "12345", "a key long enough for callbacks"


class Provider:
    """An HTTP API on loopback. `answers` are (status, body) in their order; a status of 0 hangs up."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], dict[str, str], dict[str, str]]] = []
        self.answers: list[tuple[int, Any]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append((dict(request.headers), dict(request.query), form))
        status, body = self.answers.pop(0)
        if not status:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        headers = {"Retry-After": "7"} if status == 429 else {}
        return web.Response(status=status, text=body if isinstance(body, str) else json.dumps(body), headers=headers)


@asynccontextmanager
async def provider(*answers: tuple[int, Any]) -> AsyncIterator[Provider]:
    found = Provider()
    found.answers = list(answers)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        await runner.cleanup()


def twilio(client: httpx.AsyncClient, api: str = "", sender: str = "+15005550006") -> Twilio:
    return Twilio(TwilioAccount("AC1", TOKEN, sender, "https://grid.example/sms/twilio/status", api), client)


def aliyun(client: httpx.AsyncClient, clock: FixedClock, api: str = "http://unused") -> Aliyun:
    return Aliyun(AliyunAccount("key-id", "key-secret", "长葛供电", KEY, api), client, clock, lambda: "nonce-1")


def sending(clock: FixedClock, name: str, *answers: tuple[int, Any]) -> tuple[Any, Provider]:
    """What became of one text (a receipt or an error), and the provider that got it."""

    async def once() -> tuple[Any, Provider]:
        async with provider(*answers) as there, httpx.AsyncClient(trust_env=False) as client:
            driver: Any = twilio(client, there.url) if name == "twilio" else aliyun(client, clock, there.url)
            content = Text("【长葛供电】您好") if name == "twilio" else Template("SMS_1", {"no": "T1"})
            try:
                return await driver.send(PHONE, content, "message-1"), there
            except NotCarried as error:
                return error, there

    return asyncio.run(once())


def test_twilio_is_handed_a_text_and_names_it(clock: FixedClock) -> None:
    receipt, there = sending(clock, "twilio", (201, {"sid": "SM1", "status": "queued"}))
    headers, _, form = there.requests[0]
    assert receipt.ref == "SM1"
    assert form["To"] == PHONE and form["Body"] == "【长葛供电】您好" and form["From"] == "+15005550006"
    assert form["StatusCallback"] == "https://grid.example/sms/twilio/status"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:12345").decode()


def test_aliyun_is_handed_a_template_with_its_variables(clock: FixedClock) -> None:
    receipt, there = sending(clock, "aliyun", (200, {"Code": "OK", "BizId": "9006"}))
    headers, query, _ = there.requests[0]
    assert receipt.ref == "9006"
    assert query["PhoneNumbers"] == "13800000017" and query["SignName"] == "长葛供电"
    assert (query["TemplateCode"], json.loads(query["TemplateParam"])) == ("SMS_1", {"no": "T1"})
    assert query["OutId"] == "message-1"
    assert headers["Authorization"].startswith("ACS3-HMAC-SHA256 Credential=key-id,SignedHeaders=host;x-acs-action;")
    assert headers["x-acs-date"] == "2026-11-24T01:00:00Z"


@pytest.mark.parametrize(
    ("name", "answer", "error", "cure"),
    [
        ("twilio", (429, ""), Throttled, "retry"),
        ("twilio", (503, ""), AnswerLost, "retry"),
        ("twilio", (0, ""), AnswerLost, "retry"),
        ("twilio", (201, "<html>"), AnswerLost, "retry"),
        ("twilio", (400, {"code": 21610}), NotCarried, "give_up"),
        ("twilio", (401, {"code": 20003}), NotCarried, "give_up"),
        ("aliyun", (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}), Throttled, "retry"),
        ("aliyun", (200, {"Code": "isv.AMOUNT_NOT_ENOUGH"}), NotCarried, "retry"),
        ("aliyun", (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL"}), NotCarried, "give_up"),
        ("aliyun", (400, {"Code": "SignatureDoesNotMatch"}), NotCarried, "give_up"),
        ("aliyun", (500, ""), AnswerLost, "retry"),
        ("aliyun", (200, []), AnswerLost, "retry"),
        ("aliyun", (0, ""), AnswerLost, "retry"),
    ],
)
def test_a_refusal_says_whether_another_try_helps(
    clock: FixedClock, name: str, answer: tuple[int, Any], error: type[NotCarried], cure: str
) -> None:
    refused, _ = sending(clock, name, answer)
    assert type(refused) is error
    assert refused.cure == cure
    assert answer[0] != 429 or refused.retry_after == 7


def test_a_provider_that_cannot_be_reached_was_not_told_anything(clock: FixedClock) -> None:
    async def once() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await twilio(client, "http://127.0.0.1:1").send(PHONE, Text("您好"), "id")

    with pytest.raises(NotCarried) as refused:
        asyncio.run(once())
    assert (type(refused.value), refused.value.code) == (NotCarried, "unreachable")


def test_each_is_given_only_what_it_can_carry(clock: FixedClock) -> None:
    async def once() -> list[str]:
        codes = []
        async with httpx.AsyncClient(trust_env=False) as client:
            for driver, content in (
                (twilio(client), Template("SMS_1", {})),
                (aliyun(client, clock), Text("您好")),
            ):
                with pytest.raises(NotCarried) as refused:
                    await driver.send(PHONE, content, "id")
                assert refused.value.permanent
                codes.append(refused.value.code)
        return codes

    assert asyncio.run(once()) == ["free_text_only", "template_only"]


def test_the_signature_of_aliyun_is_the_one_its_own_example_gives() -> None:
    """The example of Alibaba Cloud's page on the V3 signature (RunInstances)."""
    account = AliyunAccount("YourAccessKeyId", "YourAccessKeySecret", "", "")
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    signed = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY_BODY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    given = authorization(account, query, signed)
    assert given.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    assert canonical_query({"b": "a b*c~d/e", "a": "电"}) == "a=%E7%94%B5&b=a%20b%2Ac~d%2Fe"


def test_the_signature_of_twilio_is_the_one_its_own_example_gives() -> None:
    """The example of Twilio's page on validating requests, worked out by hand from its text."""
    fields = [("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675310"), ("Digits", "1234")]
    fields += [("From", "+14158675310"), ("To", "+18005551212")]
    url = "https://example.com/myapp.php?foo=1&bar=2"
    told = url + "CallSidCA1234567890ABCDECaller+14158675310Digits1234From+14158675310To+18005551212"
    by_hand = base64.b64encode(hmac.new(b"12345", told.encode(), hashlib.sha1).digest()).decode()
    assert signature("12345", url, fields) == by_hand == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def call(fields: dict[str, str], token: str = TOKEN, url: str = URL) -> Call:
    body = urlencode(fields).encode()
    return Call(body, URL, {SIGNATURE: signature(token, url, list(fields.items()))})


def from_twilio() -> Twilio:
    return twilio(httpx.AsyncClient())


SMS = {"MessageSid": "SM7", "From": PHONE, "To": "+15005550006", "Body": "停电了 & 没电?"}


def test_a_signed_text_of_twilio_is_read() -> None:
    inbound = from_twilio().parse_inbound(call(SMS))[0]
    assert (inbound.id, inbound.sender, inbound.text) == ("SM7", PHONE, "停电了 & 没电?")
    assert from_twilio().parse_receipt(call(SMS)) == []


@pytest.mark.parametrize(
    ("status", "arrived"), [("delivered", True), ("undelivered", False), ("failed", False), ("sent", None)]
)
def test_a_signed_report_of_twilio_is_read(status: str, arrived: bool | None) -> None:
    report = call({"MessageSid": "SM1", "MessageStatus": status})
    assert from_twilio().parse_receipt(report) == [Report("SM1", arrived, status)]
    assert from_twilio().parse_inbound(report) == []
    with_code = call({"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "30005"})
    assert from_twilio().parse_receipt(with_code)[0].code == "30005"


@pytest.mark.parametrize(
    "forged",
    [
        call(SMS, token="guessed"),
        call(SMS, url="https://elsewhere.example/"),
        Call(urlencode(SMS).encode(), URL, {}),
        Call(urlencode(SMS | {"From": "+8613800000025"}).encode(), URL, call(SMS).headers),
        Call(urlencode(SMS).encode(), URL, {SIGNATURE: "签名"}),
        Call(b"", URL, {SIGNATURE: ""}),
    ],
)
def test_a_forged_call_of_twilio_is_refused(forged: Call) -> None:
    with pytest.raises(Forged):
        from_twilio().parse_inbound(forged)
    with pytest.raises(Forged):
        from_twilio().parse_receipt(forged)


def test_a_form_that_is_none_is_unreadable() -> None:
    for body in (b"\xff\xfe=1", b"&".join(b"a=%d" % n for n in range(200))):
        with pytest.raises(Unreadable):
            from_twilio().parse_inbound(Call(body, URL, {SIGNATURE: "x"}))
    with pytest.raises(Unreadable):
        from_twilio().parse_inbound(call({"From": PHONE, "Body": "没有编号"}))


def pushed(rows: Any, key: str = KEY) -> Call:
    return Call(json.dumps(rows).encode(), key=key)


UP = {"phone_number": "13800000017", "content": "查电费", "sequence_id": 1234567, "sign_name": "长葛供电"}
DOWN = {"phone_number": "13800000017", "biz_id": "9006", "success": True, "err_code": "DELIVERED", "out_id": "m"}


def test_pushes_of_aliyun_are_read_in_batches(clock: FixedClock) -> None:
    driver = aliyun(httpx.AsyncClient(), clock)
    inbound = driver.parse_inbound(pushed([UP, UP | {"content": "", "sequence_id": 2}]))
    assert [(i.id, i.sender, i.text) for i in inbound] == [
        ("1234567", "13800000017", "查电费"),
        ("2", "13800000017", ""),
    ]
    reports = driver.parse_receipt(pushed([DOWN, DOWN | {"biz_id": "9007", "success": False, "err_code": "MK:0001"}]))
    assert reports == [Report("9006", True, "DELIVERED"), Report("9007", False, "MK:0001")]
    assert driver.parse_inbound(pushed([DOWN])) == [] == driver.parse_receipt(pushed([UP]))


@pytest.mark.parametrize("key", ["", "guessed", KEY + "x", "密钥"])
def test_a_push_without_the_key_is_refused(clock: FixedClock, key: str) -> None:
    driver = aliyun(httpx.AsyncClient(), clock)
    for parse in (driver.parse_inbound, driver.parse_receipt):
        with pytest.raises(Forged):
            parse(pushed([UP, DOWN], key))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b'"x"', b"[" * 60_000, b"\xff", b'[{"content": 1.5, "sequence_id": "1"}]']
)
def test_a_push_that_cannot_be_read_is_said_to_be_so(clock: FixedClock, body: bytes) -> None:
    with pytest.raises(Unreadable):
        aliyun(httpx.AsyncClient(), clock).parse_inbound(Call(body, key=KEY))


def test_only_the_signed_ones_prove_the_sender(clock: FixedClock) -> None:
    assert Twilio.proves_sender and not Aliyun.proves_sender
    assert Twilio.free_text and not Aliyun.free_text
