"""The desk put together: every route of it, and the files its pages load."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from bot.desk import account, accounts, alarms, figures, login, people, stream, work
from bot.desk.guard import Guard
from bot.desk.pages import Pages
from bot.desk.parts import Parts
from bot.errors import ConfigurationError

STATIC = Path(__file__).parent / "static"
PREFIX = "/desk"


def mount(app: FastAPI, parts: Parts) -> None:
    guard, pages = Guard(parts.staff), Pages(parts)
    desk = APIRouter(prefix=PREFIX)
    for router in (
        login.router(parts, guard, pages),
        login.welcome_router(parts, pages),
        account.router(parts, guard, pages),
        people.router(parts, guard, pages),
        people.trail_router(parts, guard, pages),
        alarms.router(parts, guard, pages),
        accounts.router(parts, guard, pages),
        accounts.acts_router(parts, guard),
        work.router(parts, guard, pages),
        work.acts_router(parts, guard),
        work.passing_router(parts, guard),
        work.leaving_router(parts, guard),
        stream.router(parts, guard),
        figures.router(parts, guard),
    ):
        desk.include_router(router)
    app.include_router(desk)
    app.mount(f"{PREFIX}/static/htmx", StaticFiles(directory=_htmx()))
    app.mount(f"{PREFIX}/static", StaticFiles(directory=STATIC))


def _htmx() -> Path:
    """htmx and its extension for server-sent events, as the installed package carries them. It is never imported."""
    spec = find_spec("django_htmx")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError("缺少 htmx,请运行 make setup")
    return Path(spec.submodule_search_locations[0]) / "static" / "django_htmx"
