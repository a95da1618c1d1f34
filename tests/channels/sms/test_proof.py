"""Whose account a text proves: only a carrier that signs its calls proves anything, and only the sender's own phone."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.web.greeting import greeting
from bot.clock import FixedClock
from bot.conversations.tables import ChannelAddress
from bot.identity.office import PhoneChange
from bot.storage.engine import Database
from tests.channels.sms.test_routes import KEY, SETTINGS, TOKEN, Gate, twilio
from tests.demo_data import seeded, seeded_file  # noqa: F401

WANG, PHONE, STRANGER = "4100000017", "13800000017", "13900000000"


@pytest.fixture
def gate(seeded: Database, clock: FixedClock, tmp_path: Path) -> Gate:  # noqa: F811
    return Gate(seeded, clock, tmp_path, sms_driver="twilio", **SETTINGS["twilio"])


def text(sender: str, words: str = "余额", name: str = "SM1") -> dict[str, str]:
    return {"MessageSid": name, "From": f"+86{sender}", "To": "+1500", "Body": words}


def accounts(gate: Gate, phone: str) -> list[str]:
    with gate.house.db.read() as session:
        found = session.scalar(select(ChannelAddress.conversation_id).where(ChannelAddress.address == phone))
    return [proof.account_no for proof in gate.house.proven_by_channel(found)] if found else []


def test_a_signed_text_proves_the_accounts_of_its_sender_for_half_an_hour(gate: Gate, clock: FixedClock) -> None:
    assert twilio(gate, text(PHONE)).status_code == 200
    assert accounts(gate, PHONE) == [WANG]
    clock.advance(minutes=31)
    assert accounts(gate, PHONE) == []


@pytest.mark.parametrize("words", [WANG, f"我是{PHONE}", "我是王秀英"])
def test_another_phone_proves_nothing_whatever_it_says(gate: Gate, words: str) -> None:
    assert twilio(gate, text(STRANGER, words)).status_code == 200
    assert accounts(gate, STRANGER) == []


def test_a_forged_signature_proves_nothing_and_is_not_stored(gate: Gate) -> None:
    assert twilio(gate, text(PHONE), token=f"{TOKEN}6").status_code == 401
    assert accounts(gate, PHONE) == []


def test_a_carrier_that_does_not_sign_proves_nothing(
    seeded: Database,  # noqa: F811
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    gate = Gate(seeded, clock, tmp_path, sms_driver="aliyun", **SETTINGS["aliyun"])
    pushed: list[Any] = [
        {"phone_number": PHONE, "content": "余额", "send_time": "2026-11-24 09:00:00", "sequence_id": 1}
    ]
    assert gate.http.post(f"/sms/inbound/{KEY}", json=pushed).status_code == 200
    with gate.house.db.read() as session:
        assert session.scalar(select(ChannelAddress.conversation_id).where(ChannelAddress.address == PHONE))
    assert accounts(gate, PHONE) == []


def test_a_phone_that_was_given_up_proves_nothing_from_that_moment_on(gate: Gate) -> None:
    twilio(gate, text(PHONE))
    change = PhoneChange(WANG, "13800007777", "王秀英", "holder", "身份证")
    gate.house.identity.office.change_phone(change, staff_id="s1", request_key="d1")
    assert accounts(gate, PHONE) == []
    twilio(gate, text("13800007777", name="SM2"))
    assert accounts(gate, "13800007777") == [WANG]


def test_what_is_written_on_the_web_is_not_proved_by_the_phone_of_a_text(gate: Gate) -> None:
    twilio(gate, text(PHONE))
    web = gate.house.conversations.start("web", greeting(), address_hash="a", per_minute=60)
    assert gate.house.proven_by_channel(web) == ()
