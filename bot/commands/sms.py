"""`lamplighter sms`: what operators of the SMS channel need from the command line."""

from typing import Annotated

import typer

from bot.bootstrap import build
from bot.channels.sms.setup import templates as sms_templates
from bot.channels.sms.tables import SmsLine
from bot.channels.sms.templates import LONGEST_VALUE, Row, Submission
from bot.clock import local
from bot.commands.unfilled import Finding
from bot.settings import Settings, load_settings
from bot.storage.engine import Database

app = typer.Typer(help="短信通道:报备模板、线路状态。", no_args_is_help=True)
MOST_WANTED = ("one_time_code", "answered")
PROPERTIES = {
    "code": "仅数字验证码(4~6 位)",
    "number": "其他号码(字母、数字、连字符,不超过 {} 字)",
    "amount": "金额(数字,不超过 {} 字)",
    "time": "时间(日期、时刻,不超过 {} 字)",
    "text": "其他(文字,不超过 {} 字)",
}


@app.callback()
def main() -> None:
    """短信通道:报备模板、线路状态。"""


@app.command()
def templates(
    missing: Annotated[bool, typer.Option("--missing", help="只列出还没有填 CODE 的。")] = False,
) -> None:
    """打印要向短信平台报备的模板;批下来的 CODE 填进 data/supplier/sms_template_codes.yml。"""
    house = build(load_settings())
    for submission in sms_templates(house.supplier, house.clock).submissions():
        if not (missing and submission.code):
            typer.echo(_lines(submission))


def _lines(submission: Submission) -> str:
    row = submission.row
    lines = [f"{row.name}\t{submission.code or '还没有 CODE'}", f"  类型:{_kind(row)}", f"  正文:{row.text}"]
    lines += [
        f"  变量 {name}:{PROPERTIES[variable.is_].format(LONGEST_VALUE)}" for name, variable in row.variables.items()
    ]
    return "\n".join(lines) + "\n"


def _kind(row: Row) -> str:
    return "验证码" if any(variable.is_ == "code" for variable in row.variables.values()) else "通知"


def channel(settings: Settings) -> list[Finding]:
    """The doctor's lines: which carrier, what is missing for it, and how its line is."""
    if not settings.sms_driver:
        said = "演示手机代收短信" if settings.demo else "没有接短信通道"
        return [Finding(settings.demo, said, "照 docs/sms.md 选一种接法;不接,验证码和停电通知都发不出去", advice=True)]
    found = [Finding(True, f"短信通道:{settings.sms_driver}")]
    if settings.sms_driver == "twilio" and not settings.public_url.startswith("https://"):
        found.append(Finding(False, "短信平台回调要用 https 地址", "把 LAMPLIGHTER_PUBLIC_URL 改成 https://…"))
    if settings.sms_driver == "aliyun":
        found += _approved(settings)
    if settings.sms_driver in ("cmpp", "smpp"):
        found.append(_line(settings))
    return found


def _approved(settings: Settings) -> list[Finding]:
    """Without templates for danger, the code and the fallback this carrier says nothing at all."""
    house = build(settings)
    without = sms_templates(house.supplier, house.clock).without_code()
    urgent = [name for name in without if name in MOST_WANTED or name.startswith("hazard_")]
    cure = "运行 lamplighter sms templates --missing,去平台报备,把 CODE 填进 data/supplier/sms_template_codes.yml"
    what = "短信模板都已批准" if not without else f"还有 {len(without)} 条短信模板没有 CODE"
    found = [Finding(not without, what, cure, advice=not urgent, lines=tuple(urgent))]
    if not house.supplier.domain:
        found.append(
            Finding(False, "没有填官方域名,短信里没有网址可给", "在 data/supplier/profile.yml 填 domain", True)
        )
    return found


def _line(settings: Settings) -> Finding:
    database = Database(settings.effective_database_url)
    with database.read() as session:
        line = session.get(SmsLine, settings.sms_driver)
    database.close()
    if line is None:
        return Finding(False, "短信线路还没有连过", "启动服务后再看", advice=True)
    at = f"{local(line.changed_at):%m-%d %H:%M}"
    what = f"短信线路 {line.state}{'(' + line.detail + ')' if line.detail else ''},{at} 起"
    cure = "refused:核对账号、密码、绑定的 IP;down:问运营商网关是否正常、专线是否通"
    return Finding(line.state == "open", what, cure, advice=line.state == "connecting")
