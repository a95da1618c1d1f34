"""What the world outside may call beside the web: WeChat, SMS carriers, and in demo mode the demo phone."""

from fastapi import FastAPI

from bot.bootstrap import House
from bot.channels.changes import Changes
from bot.channels.demo import routes as demo
from bot.channels.demo.own_account import demo_hands
from bot.channels.inbox import Inbox
from bot.channels.sms import routes as sms
from bot.channels.web.greeting import greeting
from bot.channels.wechat import routes as wechat
from bot.channels.wechat.parts import WechatParts
from bot.channels.wechat.reception import Desk, Reception


def mount(app: FastAPI, house: House, inbox: Inbox, changes: Changes) -> None:
    """Each channel that is set up gets its addresses; without settings there are none."""
    if house.wechat is not None:
        app.include_router(wechat.router(house.wechat.door, _reception(house, house.wechat, inbox, changes)))
    if house.sms is not None:
        app.include_router(sms.router(house.sms, house.settings.effective_public_url, inbox.arrived))
    if house.settings.demo and house.sms is not None:
        account = house.wechat.account if house.wechat is not None and not house.settings.wechat_app_id else None
        hands = demo_hands(app, house.db, house.clock, house.new_id, house.sms, inbox.arrived, account)
        demo.mount(app, house.db, house.demo_sms, hands, house.supplier)


def _reception(house: House, parts: WechatParts, inbox: Inbox, changes: Changes) -> Reception:
    return Reception(
        Desk(
            db=house.db,
            inbox=inbox,
            changes=changes,
            wordless=house.wordless,
            outbox=house.outbox,
            turns=house.turns,
            quota=parts.quota,
            grants=parts.grants,
            media=parts.media,
            greeting=greeting,
            joining=house.joining,
            followers=house.followers,
        )
    )
