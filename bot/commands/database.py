"""Migrating the database and filling it with the demo customers."""

import sys
from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from bot.bootstrap import build
from bot.clock import local_day
from bot.demo import seed_demo
from bot.errors import InvalidInput, NotAllowed
from bot.settings import ROOT, Settings

MIGRATIONS = ROOT / "bot" / "storage" / "migrations"


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(settings: Settings) -> None:
    """To the newest revision. A database that is there already keeps its rows."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(settings.effective_database_url), "head")


def seed(settings: Settings, *, today: str = "", reset: bool = False, delete_everything_in: str = "") -> None:
    """The demo customers, re-dated to `today`; `reset` empties the database first.

    Outside demo mode that may be customers' data: the database must then be named in `delete_everything_in`.
    """
    if reset:
        _refuse_unnamed(settings, delete_everything_in)
        command.downgrade(alembic_config(settings.effective_database_url), "base")
    migrate(settings)
    house = build(settings)
    day = _day(today) if today else local_day(house.clock.now())
    seed_demo(house, day, lambda line: print(f"» {line}", file=sys.stderr, flush=True))


def _refuse_unnamed(settings: Settings, named: str) -> None:
    name = database_name(settings)
    if not settings.demo and named != name:
        raise NotAllowed(
            f"这会删除数据库 {name} 里的全部数据(客户、账单、会话、工单、人员),无法恢复,没有做。"
            f"确实要清空,请加上 --yes-delete-everything-in {name};只想重置演示数据,请设 LAMPLIGHTER_DEMO=1",
            code="reset_unconfirmed",
        )


def database_name(settings: Settings) -> str:
    """What an operator calls the database by: of a server the name, of SQLite the file. Never user or password."""
    name = make_url(settings.effective_database_url).database or ""
    return Path(name).name


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"日期 {text} 不合格式,应写成 2026-11-24 这样") from error
