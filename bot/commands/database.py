"""Migrating the database and filling it with the demo customers."""

import sys
from datetime import date

from alembic import command
from alembic.config import Config

from bot.bootstrap import build
from bot.clock import local_day
from bot.demo import seed_demo
from bot.errors import InvalidInput
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


def seed(settings: Settings, *, today: str = "", reset: bool = False) -> None:
    """The demo customers, re-dated to `today`; `reset` empties the database first."""
    if reset:
        command.downgrade(alembic_config(settings.effective_database_url), "base")
    migrate(settings)
    house = build(settings)
    day = _day(today) if today else local_day(house.clock.now())
    seed_demo(house, day, lambda line: print(f"» {line}", file=sys.stderr, flush=True))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"日期 {text} 不合格式,应写成 2026-11-24 这样") from error
