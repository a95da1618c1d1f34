"""The demo's own official account: the simulated server it calls, and the phone that writes to it."""

from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from bot.channels.demo import wechat_server
from bot.channels.demo.hands import Hands
from bot.channels.demo.wechat_phone import WechatPhone
from bot.channels.demo.wechat_server import WechatServer
from bot.channels.sms.channel import Arrived, SmsChannel
from bot.channels.wechat.parts import WechatAccount
from bot.clock import Clock, NewId
from bot.storage.engine import Database


def demo_hands(
    app: FastAPI,
    db: Database,
    clock: Clock,
    new_id: NewId,
    sms: SmsChannel,
    arrived: Arrived,
    account: WechatAccount | None,
) -> Hands:
    """`account`: the demo's own one, None where a real one is set up: then the phone has no WeChat."""
    if account is None:
        return Hands(sms, arrived, new_id)
    server = WechatServer(db, clock, account.app_id, account.app_secret)
    app.include_router(wechat_server.router(server))

    async def post(query: Mapping[str, str], body: bytes) -> tuple[int, str]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            answer = await client.post("/wechat", params=dict(query), content=body)
        return answer.status_code, answer.text

    return Hands(sms, arrived, new_id, WechatPhone(account, server, clock, post), server)
