"""The addresses carriers over HTTP call: what customers write, and what became of our texts.

They are there for such carriers alone: the frames of a standing connection are authentic because the connection is.
"""

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.channels.bodies import read_at_most
from bot.channels.sms.channel import Arrived, SmsChannel
from bot.channels.sms.driver import Call, Forged, Unreadable
from bot.errors import InvalidInput, NotAllowed

log = structlog.get_logger()
OVER_HTTP = ("twilio", "aliyun")
MAX_BODY = 256 * 1024  # a batch of Aliyun's
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def router(channel: SmsChannel, public_url: str, arrived: Arrived) -> APIRouter:
    """`/sms/inbound` and `/sms/status`, with the key in the path for carriers that sign nothing."""
    if channel.driver.name not in OVER_HTTP:
        return APIRouter()
    api = APIRouter(prefix="/sms")

    @api.post("/inbound")
    @api.post("/status")
    async def signed(request: Request) -> Response:
        return await _take(request, "")

    @api.post("/inbound/{key}")
    @api.post("/status/{key}")
    async def keyed(request: Request, key: str) -> Response:
        return await _take(request, key)

    async def _take(request: Request, key: str) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{public_url}{request.url.path}{query}"
        try:
            call = Call(
                await read_at_most(request, MAX_BODY), url, {k.lower(): v for k, v in request.headers.items()}, key
            )
            await channel.take(call, arrived)
        except Forged as error:
            log.warning("sms_call_forged", carrier=channel.driver.name)
            raise NotAllowed("签名不对", code="forged") from error
        except Unreadable as error:
            log.warning("sms_call_unreadable", carrier=channel.driver.name, detail=str(error))
            raise InvalidInput("请求不合格式", code="shape") from error
        if channel.driver.name == "aliyun":
            return JSONResponse({"code": 0, "msg": "OK"})
        return Response(EMPTY_TWIML, media_type="text/xml")

    return api
