"""The demo phone's page and its list of messages."""

from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from bot.channels.demo.sms import DemoCarrier

STATIC = Path(__file__).parent / "static"


def router(carrier: DemoCarrier) -> APIRouter:
    demo = APIRouter(prefix="/demo")

    @demo.get("/api/sms")
    async def inbox(to: Annotated[str, Query(pattern=r"^\d{3,20}$")]) -> list[dict[str, str]]:
        messages = await to_thread.run_sync(carrier.inbox, to)
        return [{"text": m.text, "sent_at": m.sent_at.isoformat()} for m in messages]

    @demo.get("/phone")
    async def phone() -> FileResponse:
        return FileResponse(STATIC / "phone.html")

    @demo.get("/phone.css")
    async def style() -> FileResponse:
        return FileResponse(STATIC / "phone.css")

    @demo.get("/phone.js")
    async def script() -> FileResponse:
        return FileResponse(STATIC / "phone.js")

    return demo
