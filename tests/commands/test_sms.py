"""What operators are told about the SMS channel: templates to submit, and the doctor's lines."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.channels.sms.line.keeper import Lease
from bot.channels.sms.templates import load_table
from bot.cli import app
from bot.clock import SystemClock
from bot.commands.sms import channel
from bot.language import load_safety
from bot.settings import load_settings
from bot.storage.engine import Database

LINE = {"sms_line_host": "h", "sms_line_user": "u", "sms_line_password": "p", "sms_line_number": "1069"}
ALIYUN = {"sms_aliyun_key_id": "k", "sms_aliyun_key_secret": "s", "sms_callback_key": "abcdefgh12345678"}
TWILIO = {"sms_twilio_sid": "AC1", "sms_twilio_token": "t", "sms_twilio_sender": "+1500"}


def told(**settings: Any) -> str:
    findings = channel(load_settings(**settings))
    return "\n".join(f"{'+' if f.fine else '-'}{f.what} {' '.join(f.lines)}" for f in findings)


def test_every_template_is_printed_for_submission() -> None:
    printed = CliRunner().invoke(app, ["sms", "templates"]).output
    names = [row.name for row in load_table().templates] + [f"hazard_{kind}" for kind in load_safety()] + ["answered"]
    assert [line.split("\t")[0] for line in printed.splitlines() if "\t" in line] == names
    assert "变量 code:仅数字验证码(4~6 位)" in printed
    assert "类型:验证码" in printed and "95598" in printed and "{hotline}" not in printed


def test_nobody_is_left_to_guess_that_there_is_no_carrier() -> None:
    assert told() == "-没有接短信通道 "
    assert told(demo=True) == "+演示手机代收短信 "


def test_what_is_not_approved_is_named_where_it_matters_most() -> None:
    said = told(sms_driver="aliyun", **ALIYUN)
    assert "-还有 " in said and "hazard_shock" in said and "one_time_code" in said and "answered" in said
    assert "ticket_opened" not in said


@pytest.mark.parametrize(("url", "fine"), [("https://grid.example", True), ("http://grid.example", False)])
def test_callbacks_need_https(url: str, fine: bool) -> None:
    assert ("https" not in told(sms_driver="twilio", public_url=url, **TWILIO)) == fine


def test_the_state_of_the_line_is_told(sqlite_url: str, db: Database, tmp_path: Path) -> None:
    settings = {"sms_driver": "cmpp", "database_url": sqlite_url, "var_dir": tmp_path} | LINE
    assert "还没有连过" in told(**settings)
    lease = Lease(db, SystemClock(), "cmpp", "a")
    assert lease.hold()
    for state, sign in (("open", "+"), ("refused", "-"), ("down", "-")):
        lease.note(state, "cmpp_password" if state == "refused" else "")
        assert f"{sign}短信线路 {state}" in told(**settings)
    lease.note("refused", "cmpp_password")
    assert "refused(cmpp_password)" in told(**settings)
