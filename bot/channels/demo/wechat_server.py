"""A simulated WeChat server: the calls our account makes, answered as the real one answers them.

Tokens are checked, customer-service messages are counted against the follower's quota by its own ledger, refusals carry
the real numbers. What is sent appears on the demo phone.
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.channels.demo.faults import take
from bot.channels.demo.tables import DemoWechat, DemoWechatMedia, DemoWechatToken
from bot.clock import Clock
from bot.storage.engine import Database

TOKEN_SECONDS = 7200
ALLOWED, LASTS = 5, timedelta(hours=48)
MAX_BYTES = 2048
CUSTOMER, ACCOUNT = "customer", "account"
IN_CALL = "in_call"  # an answer within the call costs no quota
Token = Annotated[str, Query(max_length=512)]


class Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class WechatServer:
    """`app_id` and `app_secret` are those of the one account it knows."""

    def __init__(self, db: Database, clock: Clock, app_id: str, app_secret: str) -> None:
        self._db = db
        self._clock = clock
        self._app_id = app_id
        self._app_secret = app_secret

    def token(self, body: dict[str, Any]) -> dict[str, Any]:
        """As stable_token: the same token while it holds, a new one near its end or when forced."""
        if body.get("appid") != self._app_id:
            raise Refused(40013, "invalid appid")
        if body.get("secret") != self._app_secret:
            raise Refused(40125, "invalid appsecret")
        now = self._clock.now()
        with self._db.write() as session:
            newest = session.scalar(select(DemoWechatToken).order_by(DemoWechatToken.expires_at.desc()).limit(1))
            if body.get("force_refresh"):
                session.execute(update(DemoWechatToken).values(expires_at=now))
            if body.get("force_refresh") or newest is None or newest.expires_at <= now + timedelta(minutes=5):
                newest = DemoWechatToken(token=secrets.token_hex(32), expires_at=now + timedelta(seconds=TOKEN_SECONDS))
                session.add(newest)
            return {"access_token": newest.token, "expires_in": int((newest.expires_at - now).total_seconds())}

    def send(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        kind, openid = str(body.get("msgtype", "")), str(body.get("touser", ""))
        text = _shown(kind, body.get(kind))
        with self._db.write() as session:
            self._enter(session, token)
            self._count(session, openid)
            self._show(session, openid, kind, text)
        return _ok()

    def template(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        fields = body.get("data") or {}
        text = "\n".join(str(entry.get("value", "")) for entry in fields.values())
        with self._db.write() as session:
            self._enter(session, token)
            self._show(session, str(body.get("touser", "")), "template", text)
        return _ok(msgid=secrets.randbelow(2**53))

    def menu(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        columns = body.get("button")
        with self._db.write() as session:
            self._enter(session, token)
        if not isinstance(columns, list) or not 1 <= len(columns) <= 3:
            raise Refused(40016, "invalid button size")
        return _ok()

    def media(self, token: str, media_id: str) -> DemoWechatMedia:
        with self._db.write() as session:
            self._enter(session, token)
            found = session.get(DemoWechatMedia, media_id)
            if found is None:
                raise Refused(40007, "invalid media_id")
            return found

    def keep(self, data: bytes, media_type: str) -> str:
        """A file a demo phone sends; the id by which our account fetches it."""
        media_id = secrets.token_urlsafe(24)
        with self._db.write() as session:
            session.add(DemoWechatMedia(media_id=media_id, media_type=media_type, data=data))
        return media_id

    def said(self, openid: str, text: str) -> None:
        """The follower's own words."""
        with self._db.write() as session:
            self._show(session, openid, "text", text, author=CUSTOMER)

    def answered(self, openid: str, text: str) -> None:
        """What our account answered within the call."""
        with self._db.write() as session:
            self._show(session, openid, IN_CALL, text)

    def bubbles(self, openid: str, after: int = 0) -> list[DemoWechat]:
        mine = select(DemoWechat).where(DemoWechat.openid == openid, DemoWechat.id > after)
        with self._db.read() as session:
            return list(session.scalars(mine.order_by(DemoWechat.id)))

    def _enter(self, session: Session, token: str) -> None:
        """The token holds, and no failure has been ordered."""
        ordered = take(session, "wechat")
        if ordered is not None:
            session.commit()  # it is used up, though this call is refused
            raise Refused(ordered, "ordered failure")
        known = session.get(DemoWechatToken, token)
        if known is None:
            raise Refused(40001, "invalid credential")
        if known.expires_at <= self._clock.now():
            raise Refused(42001, "access_token expired")

    def _count(self, session: Session, openid: str) -> None:
        """Five messages after the follower's last one, for two days."""
        mine = DemoWechat.openid == openid
        last = session.scalar(
            select(DemoWechat).where(mine, DemoWechat.author == CUSTOMER).order_by(DemoWechat.id.desc()).limit(1)
        )
        if last is None or last.sent_at + LASTS <= self._clock.now():
            raise Refused(45015, "response out of time limit")
        since = select(func.count()).select_from(DemoWechat).where(mine, DemoWechat.id > last.id)
        pushed = since.where(DemoWechat.author == ACCOUNT, DemoWechat.kind.in_(("text", "msgmenu")))
        if (session.scalar(pushed) or 0) >= ALLOWED:
            raise Refused(45047, "out of response count limit")

    def _show(self, session: Session, openid: str, kind: str, text: str, author: str = ACCOUNT) -> None:
        now: datetime = self._clock.now()
        session.add(DemoWechat(openid=openid, author=author, kind=kind, text=text, sent_at=now))


def _shown(kind: str, content: Any) -> str:
    if kind == "text" and isinstance(content, dict):
        text = str(content.get("content", ""))
    elif kind == "msgmenu" and isinstance(content, dict):
        options = [str(option.get("content", "")) for option in content.get("list", [])]
        text = "\n".join([str(content.get("head_content", "")), *options])
    else:
        raise Refused(40008, "invalid message type")
    if not text:
        raise Refused(44004, "empty content")
    if len(text.encode()) > MAX_BYTES:
        raise Refused(45002, "content size out of limit")
    return text


def _ok(**more: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **more}


def router(server: WechatServer) -> APIRouter:
    """The calls under /demo/wechat, by the paths of the real server."""
    api = APIRouter(prefix="/demo/wechat/cgi-bin")

    @api.post("/stable_token")
    async def token(request: Request) -> Response:
        return await _answer(lambda body: server.token(body), request)

    @api.post("/message/custom/send")
    async def send(request: Request, access_token: Token = "") -> Response:
        return await _answer(lambda body: server.send(access_token, body), request)

    @api.post("/message/template/send")
    @api.post("/message/subscribe/bizsend")
    async def template(request: Request, access_token: Token = "") -> Response:
        return await _answer(lambda body: server.template(access_token, body), request)

    @api.post("/menu/create")
    async def menu(request: Request, access_token: Token = "") -> Response:
        return await _answer(lambda body: server.menu(access_token, body), request)

    @api.get("/media/get")
    async def media(media_id: Token, access_token: Token = "") -> Response:
        try:
            found = await to_thread.run_sync(server.media, access_token, media_id)
        except Refused as refused:
            return _refusal(refused)
        return Response(found.data, media_type=found.media_type)

    return api


async def _answer(call: Any, request: Request) -> Response:
    body = await request.body()
    if rb"\u" in body:
        return _refusal(Refused(40033, "invalid charset: \\uxxxx"))
    try:
        answer = await to_thread.run_sync(lambda: call(json.loads(body)))
    except Refused as refused:
        return _refusal(refused)
    return JSONResponse(answer)


def _refusal(refused: Refused) -> Response:
    if refused.code == 0:
        return Response(status_code=502)
    return JSONResponse({"errcode": refused.code, "errmsg": str(refused)})
