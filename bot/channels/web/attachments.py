"""Pictures in the web chat: one in, as multipart or as it is, and back out to the same session alone."""

from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.channels.bodies import read_at_most
from bot.channels.changes import Changes
from bot.channels.web.session import WebSessions
from bot.conversations.intake import InboundMessage
from bot.conversations.pictures import MAX_BYTES, Pictures
from bot.errors import InvalidInput

MAX_FORM = MAX_BYTES + 64 * 1024
MAX_FIELDS = 4
# A picture never changes; it is kept by this browser and by nobody on the way.
HEADERS = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Disposition": "inline"}


def router(pictures: Pictures, sessions: WebSessions, changes: Changes) -> APIRouter:
    api = APIRouter(prefix="/chat/api/attachments")

    @api.post("", status_code=202)
    async def send(request: Request) -> dict[str, int]:
        conversation_id = sessions.require(request)
        data, client_id = await _picture(request)
        inbound = InboundMessage(conversation_id, client_id=client_id)
        received = await to_thread.run_sync(pictures.receive, inbound, data)
        changes.tell(conversation_id)
        return {"message_id": received.seq}

    @api.get("/{attachment_id}")
    async def show(request: Request, attachment_id: str) -> Response:
        conversation_id = sessions.require(request)
        kept = await to_thread.run_sync(pictures.read, conversation_id, attachment_id)
        return Response(kept.data, media_type=kept.media_type, headers=HEADERS)

    return api


async def _picture(request: Request) -> tuple[bytes, str | None]:
    """The picture of a request: the first file of a form (with `client_id` beside it), or the whole body."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if not kind.startswith("image/") and kind != "multipart/form-data":
        raise InvalidInput("请求里没有图片", code="shape")
    body = await read_at_most(request, MAX_FORM, "图片太大,一张最多 5 MB")
    return (body, None) if kind.startswith("image/") else await _of_form(request, body)


async def _of_form(request: Request, body: bytes) -> tuple[bytes, str | None]:
    async def once() -> AsyncIterator[bytes]:
        yield body

    try:
        parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=MAX_FIELDS)  # type: ignore[arg-type]
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise InvalidInput("请求不合格式", code="shape") from error
    file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
    if file is None:
        raise InvalidInput("请求里没有图片", code="shape")
    client_id = form.get("client_id")
    return await file.read(), client_id if isinstance(client_id, str) else None
