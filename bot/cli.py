"""The lamplighter command: one front door for whoever installs, runs and looks after the service."""

import bot.quiet  # noqa: F401  # isort: skip  (before anything that reads Chinese words)

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import worker
from bot.commands import audit, chat, database, importing, up
from bot.commands.doctor import report
from bot.commands.model import RASA_PYTHON, current_model, train_model
from bot.commands.policy import app as policy_app
from bot.commands.sms import app as sms_app
from bot.commands.staff import app as staff_app
from bot.commands.wechat import app as wechat_app
from bot.errors import LamplighterError
from bot.processes.parent import die_with
from bot.settings import ROOT, load_settings

app = typer.Typer(
    help="掌灯:供电企业自己运行的智能客服。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(policy_app, name="policy")
app.add_typer(sms_app, name="sms")
app.add_typer(wechat_app, name="wechat")
app.add_typer(staff_app, name="staff")


@app.command("up")
def up_command(
    demo: Annotated[bool, typer.Option(help="演示模式:带演示客户和演示手机。")] = False,
) -> None:
    """启动全部进程,直到收到停止信号。"""
    up.run(demo=demo)


@app.command("worker")
def worker_command() -> None:
    """单独运行发送和定时任务,直到收到停止信号(网关设 LAMPLIGHTER_GATEWAY_JOBS=0)。"""
    worker.run(load_settings())


@app.command()
def train() -> None:
    """训练语言模型;已有相同的模型就不再训练。"""
    print(train_model(load_settings().effective_models_dir))


@app.command()
def parse() -> None:
    """逐行读入客户的话,逐行输出理解结果(JSON),与对话中完全一致。"""
    model = train_model(load_settings().effective_models_dir)
    command = [str(RASA_PYTHON), "-m", "bot.dialogue.parse", "--model", str(model)]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, preexec_fn=die_with(os.getpid())).returncode)


@app.command("chat")
def chat_command(url: Annotated[str, typer.Option(help="网关地址。")] = "") -> None:
    """在终端里与正在运行的服务对话。"""
    settings = load_settings()
    chat.talk(url or f"http://{settings.http_host}:{settings.http_port}")


@app.command()
def seed(
    today: Annotated[str, typer.Option(help="演示数据的“今天”,如 2026-11-24;不填用当前日期。")] = "",
    reset: Annotated[bool, typer.Option("--reset", help="先清空全部数据;演示模式以外要指名数据库。")] = False,
    delete_everything_in: Annotated[
        str, typer.Option("--yes-delete-everything-in", help="确认清空哪个数据库,写它的名称。", metavar="数据库名")
    ] = "",
) -> None:
    """写入或更新演示客户。"""
    database.seed(load_settings(), today=today, reset=reset, delete_everything_in=delete_everything_in)


@app.command("import")
def import_command(
    paths: Annotated[list[Path], typer.Argument(help="CSV、Excel 文件,或装着它们的文件夹。", metavar="文件|文件夹…")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查,什么都不写。")] = False,
) -> None:
    """导入供电公司的资料(表格见 docs/import.md);有退回的行时退出码为 1。"""
    raise typer.Exit(0 if importing.run(load_settings(), paths, dry_run=dry_run) else 1)


@app.command("audit")
def audit_command(
    on: Annotated[str, typer.Option("--date", help="稽核哪一天,如 2026-11-01;不填是今天。")] = "",
) -> None:
    """稽核:账单发出去以前,找出不对头的示数、电量、合同,开成工单;再跑一次不会重开。"""
    audit.run(load_settings(), on)


@app.command()
def migrate() -> None:
    """把数据库升级到当前版本。"""
    database.migrate(load_settings())


@app.command()
def doctor() -> None:
    """检查安装是否完好;发现问题时给出办法,退出码为 1。"""
    findings = report(load_settings())
    for finding in findings:
        mark = "✓" if finding.fine else "!" if finding.advice else "✗"
        print("\n     · ".join([f"{mark} {finding.what}", *finding.lines]))
        if not finding.fine:
            print(f"   办法:{finding.cure}")
    raise typer.Exit(0 if all(f.fine or f.advice for f in findings) else 1)


@app.command()
def model() -> None:
    """显示当前数据对应的模型文件名,以及它是否已训练好。"""
    path = current_model(load_settings().effective_models_dir)
    print(json.dumps({"model": path.name, "trained": path.exists()}, ensure_ascii=False))


def main() -> None:
    try:
        app()
    except LamplighterError as error:
        print(f"✗ {error.message}", file=sys.stderr)
        raise SystemExit(1) from None
    except SQLAlchemyError as error:
        print(f"✗ 数据库不能用({type(error).__name__}),请运行 lamplighter doctor 看看缺什么", file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        print(f"✗ 文件读写不成:{error.strerror or error}({error.filename or '没有文件名'})", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
