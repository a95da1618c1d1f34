"""The one address WeChat calls: GET to check it, POST with every push."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels.bodies import read_at_most
from bot.channels.wechat.door import Door, Signed
from bot.channels.wechat.reception import Reception

MAX_BODY = 64 * 1024
DONE = "success"  # nothing to say in this call, and no need to ask again
Word = Annotated[str, Query(max_length=128)]


def router(door: Door, reception: Reception) -> APIRouter:
    api = APIRouter()

    @api.get("/wechat")
    async def check(signature: Word, timestamp: Word, nonce: Word, echostr: Word) -> PlainTextResponse:
        door.check(Signed(signature, timestamp, nonce))
        return PlainTextResponse(echostr)

    @api.post("/wechat")
    async def push(
        request: Request, signature: Word, timestamp: Word, nonce: Word, msg_signature: Word = ""
    ) -> Response:
        call = Signed(signature, timestamp, nonce, msg_signature)
        door.check(call)  # before a stranger's body is read
        body = await read_at_most(request, MAX_BODY)
        pushed = await to_thread.run_sync(door.open, call, body)
        text = await reception.take(pushed)
        if text is None:
            return PlainTextResponse(DONE)
        return Response(door.answer(call, pushed, text), media_type="text/xml")

    return api
