"""What a demo phone shows: its text messages and its WeChat, the newest last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.channels.demo.sms import DemoSms
from bot.channels.demo.tables import DemoWechat
from bot.channels.demo.wechat_server import CUSTOMER, IN_CALL
from bot.conversations.tables import CUSTOMER as CUSTOMER_AUTHOR
from bot.conversations.tables import ChannelAddress, Message
from bot.storage.engine import Database

SHOWN = 100
SMS = "sms"


@dataclass(frozen=True)
class Bubble:
    """`mine`: the customer wrote it. `note`: how it came, where that is worth knowing."""

    text: str
    mine: bool
    at: datetime
    note: str = ""


def openid_of(number: str) -> str:
    return f"demo-{number}"


def sms_bubbles(db: Database, number: str) -> list[Bubble]:
    received = select(DemoSms).where(DemoSms.to == number).order_by(DemoSms.id.desc()).limit(SHOWN)
    held = select(ChannelAddress.conversation_id).where(ChannelAddress.channel == SMS, ChannelAddress.address == number)
    written = (
        select(Message)
        .where(Message.conversation_id.in_(held), Message.author == CUSTOMER_AUTHOR, Message.channel == SMS)
        .order_by(Message.seq.desc())
        .limit(SHOWN)
    )
    with db.read() as session:
        bubbles = [Bubble(m.text, False, m.sent_at) for m in session.scalars(received)]
        bubbles += [Bubble(m.text, True, m.sent_at) for m in session.scalars(written)]
    return sorted(bubbles, key=lambda bubble: bubble.at)[-SHOWN:]


def wechat_bubbles(db: Database, number: str) -> list[Bubble]:
    mine = select(DemoWechat).where(DemoWechat.openid == openid_of(number)).order_by(DemoWechat.id.desc()).limit(SHOWN)
    with db.read() as session:
        rows = list(session.scalars(mine))
    notes = {IN_CALL: "in_call", "template": "template", "msgmenu": "menu"}
    return [Bubble(row.text, row.author == CUSTOMER, row.sent_at, notes.get(row.kind, "")) for row in reversed(rows)]
