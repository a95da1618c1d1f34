"""The demo phone's page and its list of messages."""

from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.channels.demo.sms import DemoSmsDriver, is_demo_phone
from bot.channels.sms.channel import Arrived, SmsChannel
from bot.channels.sms.driver import Inbound
from bot.clock import NewId

STATIC = Path(__file__).parent / "static"


class Written(BaseModel):
    """A text written on the demo phone, as the customer with this number; `id` names the delivery."""

    model_config = ConfigDict(extra="forbid")

    sender: str = Field(pattern=r"^\+?\d{3,20}$")
    text: str = Field(min_length=1, max_length=2000)
    id: str | None = Field(None, min_length=1, max_length=64)


def router(carrier: DemoSmsDriver, sms: SmsChannel, new_id: NewId, arrived: Arrived) -> APIRouter:
    demo = APIRouter(prefix="/demo")

    @demo.post("/api/sms", status_code=202)
    async def write(written: Written) -> dict[str, bool]:
        """Through the same code as a carrier's delivery; `taken` is False where nobody will answer."""
        inbound = Inbound(written.id or new_id(), written.sender, written.text)
        proven = is_demo_phone(written.sender)
        received = await to_thread.run_sync(lambda: sms.receiving.receive(inbound, proven=proven))
        if received is not None:
            arrived(received)
        return {"taken": received is not None}

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
