"""The demo phone: its page, what is written on it, and the list of text messages sent to a number."""

from pathlib import Path
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Form, Header, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.demo.faults import Faults
from bot.channels.demo.hands import Hands, How
from bot.channels.demo.screen import sms_bubbles, wechat_bubbles
from bot.channels.demo.sms import DemoSmsDriver
from bot.clock import local
from bot.errors import NotAllowed
from bot.storage.engine import Database
from bot.supplier import Supplier

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
FIRST_NUMBER = "13800000017"
NUMBERS = [f"138000{n:05d}" for n in (17, 25, 33, 41, 58, 66, 74, 82, 90, 108, 116, 124)]
ACTS = [
    ("subscribe", "关注"),
    ("unsubscribe", "取消关注"),
    ("picture", "发图片"),
    ("voice", "发语音"),
    ("place", "发位置"),
]
FAULTS = [
    ("sms", -1, "短信:运营商没有应答"),
    ("wechat", -1, "微信:系统繁忙"),
    ("wechat", 40001, "微信:令牌失效"),
    ("wechat", 45047, "微信:条数用完"),
    ("wechat", 43004, "微信:已取消关注"),
]
Number = Annotated[str, Query(pattern=r"^\d{3,20}$")]
Act = Literal["subscribe", "unsubscribe", "picture", "voice", "place", ""]


class Written(BaseModel):
    """A text written on the demo phone, as the customer with this number; `id` names the delivery."""

    model_config = ConfigDict(extra="forbid")

    sender: str = Field(pattern=r"^\+?\d{3,20}$")
    text: str = Field(min_length=1, max_length=2000)
    id: str | None = Field(None, min_length=1, max_length=64)


class Typed(BaseModel):
    """A form of the page."""

    number: str = Field(pattern=r"^\d{3,20}$")
    text: str = Field("", max_length=2000)
    how: How = "once"
    act: Act = ""
    fault: str = Field("", max_length=32)


def own_page(sec_fetch_site: Annotated[str, Header()] = "none") -> None:
    """Another site's page may not write on this phone."""
    if sec_fetch_site not in ("same-origin", "none"):
        raise NotAllowed("只能在演示手机的页面上写", code="foreign_page")


def mount(app: FastAPI, db: Database, sms: DemoSmsDriver, hands: Hands, supplier: Supplier) -> None:
    app.include_router(_api(sms, hands))
    app.include_router(_page(db, hands, supplier))
    app.include_router(_writing(Faults(db), hands))


def _api(sms: DemoSmsDriver, hands: Hands) -> APIRouter:
    api = APIRouter(prefix="/demo/api/sms")

    @api.post("", status_code=202, dependencies=[Depends(own_page)])
    async def write(written: Written) -> dict[str, bool]:
        """Through the same code as a carrier's delivery; `taken` is False where nobody will answer."""
        return {"taken": await hands.text(written.sender, written.text, written.id)}

    @api.get("")
    async def inbox(to: Number) -> list[dict[str, str]]:
        """What was sent to a number, newest first."""
        messages = await to_thread.run_sync(sms.inbox, to)
        return [{"text": m.text, "sent_at": m.sent_at.isoformat()} for m in messages]

    return api


def _page(db: Database, hands: Hands, supplier: Supplier) -> APIRouter:
    pages = APIRouter(prefix="/demo")
    templates = _environment()

    def draw(name: str, number: str, **fields: Any) -> HTMLResponse:
        wechat = wechat_bubbles(db, number) if hands.wechat is not None else None
        screens = {"number": number, "supplier": supplier, "sms": sms_bubbles(db, number), "wechat": wechat}
        return HTMLResponse(templates.get_template(name).render(**screens, **fields), headers=HEADERS)

    @pages.get("/phone")
    async def phone(to: Number = FIRST_NUMBER) -> HTMLResponse:
        lists: dict[str, Any] = {"numbers": NUMBERS, "acts": ACTS, "faults": FAULTS}
        return await to_thread.run_sync(lambda: draw("phone.html.j2", to, **lists))

    @pages.get("/phone/screens")
    async def screens(to: Number) -> HTMLResponse:
        return await to_thread.run_sync(draw, "_bubbles.html.j2", to)

    @pages.get("/phone.css")
    async def style() -> FileResponse:
        return FileResponse(STATIC / "phone.css")

    @pages.get("/phone.js")
    async def script() -> FileResponse:
        return FileResponse(STATIC / "phone.js")

    return pages


def _writing(faults: Faults, hands: Hands) -> APIRouter:
    writing = APIRouter(prefix="/demo/phone", dependencies=[Depends(own_page)])

    @writing.post("/sms")
    async def write_sms(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        if typed.text.strip():
            hands.text_soon(typed.number, typed.text, typed.how)
        return _back(request, typed, "短信已交给运营商")

    @writing.post("/wechat")
    async def write_wechat(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        if typed.act:
            hands.act_soon(typed.number, typed.act)
        elif typed.text.strip():
            hands.say_soon(typed.number, typed.text, typed.how)
        return _back(request, typed, "微信已送出")

    @writing.post("/faults")
    async def order(request: Request, typed: Annotated[Typed, Form()]) -> Response:
        known = {f"{channel}:{code}": (channel, code) for channel, code, _ in FAULTS}
        if typed.fault in known:
            channel, code = known[typed.fault]
            await to_thread.run_sync(faults.order, channel, code, 1)
        return _back(request, typed, "下一次发送会失败")

    return writing


def _back(request: Request, typed: Typed, told: str) -> Response:
    """To the page, or a word to its script."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"told": told}, 202)
    return RedirectResponse(f"/demo/phone?to={typed.number}", 303)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clock"] = lambda instant: f"{local(instant):%m-%d %H:%M:%S}"
    return made
