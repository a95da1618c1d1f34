"""What the doctor looks at: each finding says what is wrong and how to put it right."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import build
from bot.clock import local_day
from bot.commands import sms, wechat
from bot.commands.database import alembic_config
from bot.commands.model import RASA_PYTHON, current_model
from bot.commands.unfilled import Finding, papers, people
from bot.conversations.outbox import Outbox
from bot.errors import ConfigurationError
from bot.processes.child import port_taken
from bot.settings import Settings
from bot.storage.engine import Database

FREE_BYTES = 1 << 30
OVERDUE = timedelta(minutes=10)


def report(settings: Settings) -> list[Finding]:
    stored = database(settings.effective_database_url)
    return [
        service_python(sys.version_info[:2]),
        rasa_python(RASA_PYTHON),
        disk(settings.var_dir),
        port(settings),
        model(settings.effective_models_dir),
        stored,
        private_key(settings),
        *papers(local_day(settings.clock().now()), settings.demo),
        *(people(build(settings).staff) if stored.fine else []),
        *(sms.channel(settings) if stored.fine else []),
        *([deliveries(build(settings).outbox)] if stored.fine else []),
        *wechat.channel(settings),
    ]


def service_python(version: tuple[int, ...]) -> Finding:
    name = ".".join(map(str, version))
    return Finding(version >= (3, 11), f"服务环境的 Python 是 {name}", "需要 3.11 或更新:装好后运行 make setup")


def rasa_python(python: Path) -> Finding:
    cure = "装好 Python 3.10 后运行 make setup"
    try:
        told = subprocess.run([str(python), "-V"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return Finding(False, "没有对话环境 .venv-rasa", cure)
    version = told.stdout.removeprefix("Python ").strip()
    return Finding(version.startswith("3.10."), f"对话环境的 Python 是 {version}", cure)


def disk(var_dir: Path) -> Finding:
    there = next(p for p in (var_dir, *var_dir.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free
    return Finding(free > FREE_BYTES, f"{var_dir} 所在磁盘剩余 {free / FREE_BYTES:.1f} GB", "清理磁盘,至少留出 1 GB")


def port(settings: Settings) -> Finding:
    taken = port_taken(settings.http_host, settings.http_port)
    state = "已被占用(若掌灯正在运行,这是正常的)" if taken else "可用"
    cure = "停掉占用它的程序,或用 LAMPLIGHTER_HTTP_PORT 换一个端口"
    return Finding(not taken, f"端口 {settings.http_port} {state}", cure, advice=taken and _we_run(settings.var_dir))


def _we_run(var_dir: Path) -> bool:
    from bot.processes.supervisor import lock

    try:
        lock(var_dir).close()
    except ConfigurationError:
        return True
    return False


def model(models_dir: Path) -> Finding:
    try:
        path = current_model(models_dir)
    except ConfigurationError as error:
        return Finding(False, "不能确定模型", error.message)
    return Finding(
        path.exists(),
        f"模型 {path.name} {'已训练' if path.exists() else '还没有训练或已过时'}",
        "运行 lamplighter train",
    )


def database(url: str) -> Finding:
    cure = "运行 lamplighter migrate"
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    try:
        with Database(url).engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return Finding(False, "数据库打不开", "检查 LAMPLIGHTER_DATABASE_URL 和数据库是否在运行")
    return Finding(at == head, f"数据库版本 {at or '空'},程序需要 {head}", cure)


def deliveries(outbox: Outbox) -> Finding:
    waiting = outbox.overdue(OVERDUE)
    what = f"有 {waiting} 条短信或微信该发而没有发出" if waiting else "没有压着没发的短信和微信"
    cure = "启动服务;网关设了 LAMPLIGHTER_GATEWAY_JOBS=0 时,还要运行 lamplighter worker"
    return Finding(not waiting, what, cure)


def private_key(settings: Settings) -> Finding:
    """Private servers started by hand must carry a key; the supervisor makes one by itself."""
    by_hand = bool(settings.actions_url or settings.dialogue_url)
    fine = not by_hand or len(settings.private_key) >= 16
    return Finding(
        fine,
        "内部服务的密钥" + ("已设置" if fine else "没有设置或太短"),
        "设置 LAMPLIGHTER_PRIVATE_KEY(至少 16 个字符)",
    )
