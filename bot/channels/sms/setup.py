"""Puts the channel together from the settings: which driver, with whose account."""

import secrets
from dataclasses import dataclass

import httpx

from bot.channels.sms.aliyun import Aliyun, AliyunAccount
from bot.channels.sms.channel import MakeKeeper, SmsChannel
from bot.channels.sms.commands import Commands
from bot.channels.sms.compose import FreeText, FromTemplates
from bot.channels.sms.driver import SmsDriver
from bot.channels.sms.http import PATIENCE
from bot.channels.sms.line.cmpp import Cmpp
from bot.channels.sms.line.dialect import Dialect, Login
from bot.channels.sms.line.driver import LineDriver
from bot.channels.sms.line.keeper import Keeper, Lease
from bot.channels.sms.line.session import Line, Pace, Take
from bot.channels.sms.line.smpp import Smpp
from bot.channels.sms.loops import Limits
from bot.channels.sms.owed import AskToCall, Wishes
from bot.channels.sms.receiving import Receiving
from bot.channels.sms.record import Record
from bot.channels.sms.sending import SmsPost
from bot.channels.sms.templates import Templates, load_codes, load_table
from bot.channels.sms.twilio import Twilio, TwilioAccount
from bot.clock import Clock, NewId
from bot.conversations.intake import Intake
from bot.conversations.outbox import Outbox
from bot.conversations.service import Conversations
from bot.conversations.thread import Thread
from bot.replies.render import Renderer
from bot.settings import Settings
from bot.storage.engine import Database
from bot.supplier import Supplier

LINES = ("cmpp", "smpp")
STATUS_PATH = "/sms/status"


@dataclass(frozen=True)
class Rooms:
    """What of the house the channel needs. `supplier` is as at the start: carriers know its signature and texts."""

    db: Database
    clock: Clock
    new_id: NewId
    outbox: Outbox
    conversations: Conversations
    intake: Intake
    thread: Thread
    supplier: Supplier
    ask_to_call: AskToCall
    secret: bytes


def sms_channel(settings: Settings, rooms: Rooms, demo: SmsDriver | None = None) -> SmsChannel | None:
    """The channel, over the demo's driver where there is one; None where no carrier is set up."""
    driver = demo or http_driver(settings, rooms) or line_driver(settings, rooms.clock)
    if driver is None:
        return None
    signature = rooms.supplier.sms_signature
    region = settings.sms_region
    commands = Commands(rooms.clock, rooms.thread, rooms.outbox, signature, region, free_text=driver.free_text)
    receiving = Receiving(
        rooms.db,
        rooms.clock,
        rooms.new_id,
        rooms.conversations,
        rooms.intake,
        rooms.thread,
        commands,
        limits=Limits(settings.sms_texts_per_window * settings.limit_factor, settings.sms_window_minutes),
        secret=rooms.secret,
        region=region,
    )
    record = Record(rooms.db, rooms.clock, rooms.outbox)
    compose = FreeText(driver, signature) if driver.free_text else FromTemplates(templates(rooms.supplier, rooms.clock))
    wishes = Wishes(rooms.db, rooms.outbox, rooms.ask_to_call)
    post = SmsPost(rooms.outbox, wishes, record, driver, compose, region)
    keep = keeper(settings, rooms, driver) if isinstance(driver, LineDriver) else None
    return SmsChannel(driver, post, receiving, record, keep)


def templates(supplier: Supplier, clock: Clock) -> Templates:
    return Templates(load_table(), load_codes(), Renderer(lambda: supplier, clock), supplier)


def http_driver(settings: Settings, rooms: Rooms) -> SmsDriver | None:
    if settings.sms_driver == "twilio":
        account = TwilioAccount(
            settings.sms_twilio_sid,
            settings.sms_twilio_token,
            settings.sms_twilio_sender,
            settings.effective_public_url + STATUS_PATH,
            settings.sms_twilio_url.rstrip("/"),
        )
        return Twilio(account, httpx.AsyncClient(timeout=PATIENCE))
    if settings.sms_driver == "aliyun":
        key = AliyunAccount(
            settings.sms_aliyun_key_id,
            settings.sms_aliyun_key_secret,
            rooms.supplier.sms_signature,
            settings.sms_callback_key,
            settings.sms_aliyun_url.rstrip("/"),
        )
        return Aliyun(key, httpx.AsyncClient(timeout=PATIENCE), rooms.clock, rooms.new_id)
    return None


def line_driver(settings: Settings, clock: Clock) -> LineDriver | None:
    return LineDriver(dialect(settings, clock)) if settings.sms_driver in LINES else None


def dialect(settings: Settings, clock: Clock) -> Dialect:
    login = Login(
        settings.sms_line_user, settings.sms_line_password, settings.sms_line_number, settings.sms_line_service
    )
    return Cmpp(login, clock) if settings.sms_driver == "cmpp" else Smpp(login)


def keeper(settings: Settings, rooms: Rooms, driver: LineDriver) -> MakeKeeper:
    pace = Pace(settings.sms_line_window, heartbeat=settings.sms_line_heartbeat_seconds)

    def make(take: Take) -> Keeper:
        async def connect() -> Line:
            return await Line.connect(
                dialect(settings, rooms.clock),
                settings.sms_line_host,
                settings.sms_line_port,
                take,
                pace,
                tls=settings.sms_line_tls,
            )

        lease = Lease(rooms.db, rooms.clock, driver.name, secrets.token_hex(8))
        return Keeper(lease, driver, connect)

    return make
