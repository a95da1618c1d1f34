"""Whether people are there, said before a word is written: to the page, and to the sites that may frame it."""

from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.clock import Clock, local, local_day
from bot.conversations.service import Conversations
from bot.supplier import OnDuty

MOMENT = {"Cache-Control": "public, max-age=30"}


def router(conversations: Conversations, duty: OnDuty, clock: Clock, allowed: tuple[str, ...]) -> APIRouter:
    """GET /chat/api/desk → `{open, waiting, wait_minutes, text}`: whether somebody is at the desk, how many wait, how
    long whoever asks now waits (null where nobody can say), one short line.
    """
    api = APIRouter(prefix="/chat/api")

    @api.get("/desk")
    async def desk(request: Request) -> JSONResponse:
        back_at = duty().back_at(clock.now())
        waiting = await to_thread.run_sync(conversations.waiting)
        minutes = await to_thread.run_sync(conversations.expected_minutes, waiting + 1) if back_at is None else None
        text = _line(back_at, waiting, minutes, clock)
        body = {"open": back_at is None, "waiting": waiting, "wait_minutes": minutes, "text": text}
        return JSONResponse(body, headers=MOMENT | _readable_by(request, allowed))

    return api


def _line(back_at: datetime | None, waiting: int, minutes: int | None, clock: Clock) -> str:
    if back_at is not None:
        at = local(back_at)
        day = "" if at.date() == local_day(clock.now()) else f"{at.month}月{at.day}日"
        return f"机器人随时答,人工 {day}{at:%H:%M} 上班"
    wait = f",约等 {minutes} 分钟" if minutes is not None else ""
    return f"机器人随时答,找人工前面有 {waiting} 位{wait}" if waiting else f"机器人随时答,可以转人工{wait}"


def _readable_by(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin in allowed else {"Vary": "Origin"}
