"""Drawing the desk's pages, and the headers all of them carry: no inline script or style, nothing kept by browsers."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import Clock, local
from bot.desk.parts import Parts
from bot.errors import LamplighterError
from bot.staff import Person, may

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_STORE = {"Cache-Control": "no-store"}
STATUS_BY_CODE = {"no_login": 401, "wrong_login": 401, "bad_key": 401, "too_large": 413}
STATUS_BY_CLASS = {
    "InvalidInput": 422,
    "NotAllowed": 403,
    "NotFound": 404,
    "Conflict": 409,
    "RateLimited": 429,
    "Unavailable": 503,
}
LOGIN = "/desk/login"


class Pages:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._environment = environment(parts.clock)

    def page(self, name: str, person: Person | None, status: int = 200, **fields: Any) -> HTMLResponse:
        csrf = self._parts.staff.door.csrf_token(person) if person else ""
        template = self._environment.get_template(f"{name}.html.j2")
        html = template.render(
            person=person, csrf=csrf, supplier=self._parts.supplier(), back_at=self._back_at(), **fields
        )
        return HTMLResponse(html, status, NO_STORE)

    def _back_at(self) -> datetime | None:
        """Outside the hours of the desk: what customers who wait have been told."""
        return self._parts.duty().back_at(self._parts.clock.now())


def environment(clock: Clock) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["may"] = may
    made.filters["clock"] = lambda instant: f"{local(instant):%H:%M}"
    made.filters["day_clock"] = lambda instant: f"{local(instant):%Y-%m-%d %H:%M}"
    made.filters["until"] = lambda instant: _until(local(instant), local(clock.now()))
    made.filters["minutes"] = lambda instant: minutes_since(instant, clock.now())
    return made


def _until(instant: datetime, now: datetime) -> str:
    return f"{instant:%H:%M}" if instant.date() == now.date() else f"{instant.month}月{instant.day}日 {instant:%H:%M}"


def minutes_since(instant: datetime, now: datetime) -> int:
    return max(0, int((now - instant).total_seconds()) // 60)


def from_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def go(request: Request, where: str) -> Response:
    """On to another page, whether a browser or htmx asked."""
    if from_htmx(request):
        return Response(status_code=204, headers=NO_STORE | {"HX-Redirect": where})
    return RedirectResponse(where, 303, NO_STORE)


def refusal(request: Request, error: LamplighterError, clock: Clock) -> Response:
    """An error as the person who met it should see it: the login page, a line on the page they have, or a page."""
    status = STATUS_BY_CODE.get(error.code) or STATUS_BY_CLASS.get(type(error).__name__, 500)
    headers = dict(NO_STORE)
    if isinstance(wait := getattr(error, "retry_after", None), int):
        headers["Retry-After"] = str(wait)
    if from_htmx(request):
        again = {"HX-Redirect": LOGIN} if error.code == "no_login" else {}
        return Response(error.message, status, headers | again, "text/plain; charset=utf-8")
    if error.code == "no_login" and request.method == "GET":
        return RedirectResponse(LOGIN, 303, NO_STORE)
    html = environment(clock).get_template("error.html.j2").render(message=error.message, person=None)
    return HTMLResponse(html, status, headers)
