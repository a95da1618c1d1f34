"""The carriers' calls over HTTP into the whole gateway: signed, forged, repeated, huge; and the demo phone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from bot.bootstrap import House
from bot.channels.sms.tables import SmsContact, SmsReport
from bot.channels.sms.twilio import SIGNATURE, signature
from bot.clock import FixedClock
from bot.conversations.tables import Message
from bot.errors import ConfigurationError
from bot.gateway import create_app
from bot.settings import load_settings
from bot.storage.engine import Database
from tests.channels.sms.carriers import CmppGateway

PHONE, URL, TOKEN, KEY = "13800000017", "https://grid.example", "12345", "abcdefgh12345678"
TWILIO = {"sms_twilio_sid": "AC1", "sms_twilio_token": TOKEN, "sms_twilio_sender": "+1500", "public_url": URL}
ALIYUN = {"sms_aliyun_key_id": "k", "sms_aliyun_key_secret": "s", "sms_callback_key": KEY}
LINE = {"sms_line_host": "127.0.0.1", "sms_line_user": "u", "sms_line_password": "p", "sms_line_number": "1069"}
SETTINGS: dict[str, dict[str, Any]] = {"twilio": TWILIO, "aliyun": ALIYUN, "cmpp": LINE, "smpp": LINE}


class Gate:
    """The gateway's addresses without its jobs."""

    def __init__(self, db: Database, clock: FixedClock, var: Path, **settings: Any) -> None:
        self.house = House(load_settings(var_dir=var, secret="x" * 32, **settings), clock, db)
        self.http = TestClient(create_app(self.house), raise_server_exceptions=False)

    def count(self, table: type) -> int:
        with self.house.db.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def proven(self, phone: str = PHONE) -> bool:
        with self.house.db.read() as session:
            contact = session.get(SmsContact, phone)
            return contact is not None and contact.proven_at is not None


@pytest.fixture
def gates(db: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Any]:
    def make(driver: str) -> Gate:
        demo = driver == "demo"
        return Gate(db, clock, tmp_path, **({"demo": True} if demo else {"sms_driver": driver, **SETTINGS[driver]}))

    yield make


def twilio(gate: Gate, fields: dict[str, str], path: str = "/sms/inbound", token: str = TOKEN) -> Any:
    signed = signature(token, URL + path, list(fields.items()))
    headers = {SIGNATURE: signed, "content-type": "application/x-www-form-urlencoded"}
    return gate.http.post(path, content=urlencode(fields), headers=headers)


TEXT = {"MessageSid": "SM1", "From": "+8613800000017", "To": "+1500", "Body": "TD"}


def test_a_signed_text_is_taken_once_and_proves_its_sender(gates: Any) -> None:
    gate = gates("twilio")
    answers = [twilio(gate, TEXT) for _ in range(3)]
    assert [a.status_code for a in answers] == [200] * 3
    assert "<Response/>" in answers[0].text
    assert (gate.count(Message), gate.proven()) == (2, True)


@pytest.mark.parametrize(
    "forge",
    [
        lambda gate: twilio(gate, TEXT, token="guessed"),
        lambda gate: gate.http.post("/sms/inbound", data=TEXT),
        lambda gate: gate.http.post("/sms/inbound", content=b"\xff\xfe", headers={SIGNATURE: "x"}),
        lambda gate: gate.http.post("/sms/status", data={"MessageSid": "SM1", "MessageStatus": "delivered"}),
        lambda gate: gate.http.post(f"/sms/inbound/{KEY}", data=TEXT),
    ],
)
def test_a_forged_call_is_refused_and_changes_nothing(gates: Any, forge: Any) -> None:
    gate = gates("twilio")
    assert forge(gate).status_code in (400, 401)
    assert (gate.count(Message), gate.count(SmsReport)) == (0, 0)


def test_the_address_with_its_query_is_what_is_signed(gates: Any) -> None:
    assert twilio(gates("twilio"), TEXT, path="/sms/inbound?more=1").status_code == 200


def test_what_was_forged_is_not_stored(gates: Any) -> None:
    gate = gates("twilio")
    assert twilio(gate, TEXT, token="guessed").status_code == 401
    assert twilio(gate, {"MessageSid": "SM1", "MessageStatus": "failed"}, "/sms/status", "guessed").status_code == 401
    assert (gate.count(Message), gate.count(SmsReport), gate.proven()) == (0, 0, False)


def test_a_report_is_kept(gates: Any) -> None:
    gate = gates("twilio")
    report = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert [twilio(gate, report, "/sms/status").status_code for _ in range(2)] == [200, 200]
    assert gate.count(SmsReport) == 1


@pytest.mark.parametrize("driver", ["twilio", "aliyun"])
def test_ten_megabytes_are_not_taken_into_memory(gates: Any, driver: str) -> None:
    gate = gates(driver)

    def body() -> Iterator[bytes]:
        for _ in range(160):
            yield b"a" * 65_536

    path = "/sms/inbound" if driver == "twilio" else f"/sms/inbound/{KEY}"
    assert gate.http.post(path, content=body()).status_code == 413
    assert gate.count(Message) == 0


UP = {"phone_number": PHONE, "content": "帮助", "sequence_id": 1, "sign_name": "长葛供电"}
DOWN = {"phone_number": PHONE, "biz_id": "9006", "success": True, "err_code": "DELIVERED"}


def test_a_push_of_aliyun_is_taken_and_proves_nobody(gates: Any) -> None:
    gate = gates("aliyun")
    answer = gate.http.post(f"/sms/inbound/{KEY}", content=json.dumps([UP, UP, UP | {"sequence_id": 2}]))
    assert (answer.status_code, answer.json()["code"]) == (200, 0)
    assert (gate.count(Message), gate.proven()) == (4, False)
    assert gate.http.post(f"/sms/status/{KEY}", content=json.dumps([DOWN])).json()["code"] == 0
    assert gate.count(SmsReport) == 1


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/inbound/guessed", f"/sms/inbound/{KEY}x", "/sms/status"])
def test_a_push_without_the_key_is_refused(gates: Any, path: str) -> None:
    gate = gates("aliyun")
    assert gate.http.post(path, content=json.dumps([UP])).status_code == 401
    assert gate.count(Message) == 0


def test_a_push_that_cannot_be_read_is_refused_whole(gates: Any) -> None:
    gate = gates("aliyun")
    for body in (b"{", json.dumps([UP, {"content": "ohne Nummer"}]).encode(), b"[" * 60_000):
        assert gate.http.post(f"/sms/inbound/{KEY}", content=body).status_code == 400
    assert gate.count(Message) == 0


@pytest.mark.parametrize("driver", ["cmpp", "smpp", "demo"])
def test_frames_of_a_line_cannot_be_posted_to_an_address(gates: Any, driver: str) -> None:
    gate = gates(driver)
    frame = CmppGateway.text("8613800000017", "查余额".encode("utf-16-be"))
    for path in ("/sms/inbound", "/sms/status", f"/sms/inbound/{KEY}"):
        assert gate.http.post(path, content=frame).status_code == 404
    assert gate.count(Message) == 0


def write(gate: Gate, sender: str, text: str, name: str | None = None) -> Any:
    return gate.http.post("/demo/api/sms", json={"sender": sender, "text": text} | ({"id": name} if name else {}))


def test_the_demo_phone_writes_through_the_same_way(gates: Any) -> None:
    gate = gates("demo")
    assert [write(gate, PHONE, "TD", "d1").json() for _ in range(2)] == [{"taken": True}, {"taken": False}]
    assert write(gate, "10690001", "广告").json() == {"taken": False}
    assert (gate.count(Message), gate.proven()) == (2, True)


@pytest.mark.parametrize("sender", ["13911112222", "+8613911112222", "+4915112345678", "+13800000017"])
def test_the_demo_phone_proves_no_number_but_the_demos_own(gates: Any, sender: str) -> None:
    """Whoever sits before it may type any number: customers imported into a demo are not opened by that."""
    gate = gates("demo")
    write(gate, sender, "TD")
    with gate.house.db.read() as session:
        assert [c.proven_at for c in session.scalars(select(SmsContact))] == [None]


@pytest.mark.parametrize("driver", ["twilio", "cmpp"])
def test_outside_the_demo_there_is_no_phone_to_spoof_with(gates: Any, driver: str) -> None:
    gate = gates(driver)
    assert write(gate, PHONE, "查余额").status_code == 404
    assert gate.http.get("/demo/api/sms", params={"to": PHONE}).status_code == 404


def test_the_demo_does_not_write_to_real_phones(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load_settings(var_dir=tmp_path, demo=True, sms_driver="cmpp", **LINE)


@pytest.mark.parametrize("driver", sorted(SETTINGS))
def test_a_carrier_half_set_up_stops_the_start(tmp_path: Path, driver: str) -> None:
    for name in SETTINGS[driver]:
        with pytest.raises(ConfigurationError) as stopped:
            load_settings(var_dir=tmp_path, sms_driver=driver, **SETTINGS[driver] | {name: ""})
        assert name.upper() in stopped.value.message


def test_without_a_carrier_there_is_no_channel(db: Database, clock: FixedClock, tmp_path: Path) -> None:
    gate = Gate(db, clock, tmp_path)
    assert gate.house.sms is None
    assert gate.http.post("/sms/inbound").status_code == 404


@pytest.mark.parametrize("driver", sorted(SETTINGS))
def test_each_carrier_gets_its_driver(gates: Any, driver: str) -> None:
    channel = gates(driver).house.sms
    assert channel.driver.name == driver
    assert (channel.keep is not None) == (driver in ("cmpp", "smpp"))
    assert channel.driver.ready == (driver in ("twilio", "aliyun"))
