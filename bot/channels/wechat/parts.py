"""The parts of the WeChat channel that need no running gateway: plugged together once for a process."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.wechat.api import WechatApi
from bot.channels.wechat.carrier import WechatCarrier
from bot.channels.wechat.crypt import Envelope
from bot.channels.wechat.door import Door
from bot.channels.wechat.grants import Grants
from bot.channels.wechat.media import Media
from bot.channels.wechat.profile import load_wechat_profile
from bot.channels.wechat.quota import Quota
from bot.clock import Clock
from bot.conversations.pictures import Pictures
from bot.conversations.wordless import Wordless
from bot.settings import Settings
from bot.storage.engine import Database


@dataclass(frozen=True)
class WechatAccount:
    """The official account and where its server is. Without `aes_key` messages come unencrypted."""

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    api_url: str
    menus: bool = False


def account_of(settings: Settings, secret: bytes) -> WechatAccount | None:
    """The account of the settings; in demo mode, where none is set, one of our own on this machine; else none."""
    if settings.wechat_app_id:
        return WechatAccount(
            settings.wechat_app_id,
            settings.wechat_app_secret,
            settings.wechat_token,
            settings.wechat_aes_key,
            settings.wechat_api_url,
            settings.wechat_menus,
        )
    if not settings.demo:
        return None
    key = {name: hmac.new(secret, f"demo-wechat:{name}".encode(), hashlib.sha256).hexdigest() for name in DEMO_KEYS}
    host = "127.0.0.1" if settings.http_host in ("0.0.0.0", "::") else settings.http_host
    api = f"http://{host}:{settings.http_port}/demo/wechat"
    return WechatAccount("wx-demo", key["secret"], key["token"][:32], key["aes"][:43], api)


DEMO_KEYS = ("secret", "token", "aes")


@dataclass(frozen=True)
class WechatParts:
    account: WechatAccount
    door: Door
    api: WechatApi
    quota: Quota
    grants: Grants
    media: Media
    carrier: WechatCarrier


def wechat_parts(
    account: WechatAccount,
    db: Database,
    clock: Clock,
    pictures: Pictures,
    wordless: Wordless,
    overflow: Callable[[str], None],
) -> WechatParts:
    envelope = Envelope(account.aes_key, account.app_id) if account.aes_key else None
    holder = secrets.token_hex(8)
    api = WechatApi(db, clock, account.api_url, account.app_id, account.app_secret, holder)
    quota, grants = Quota(db, clock), Grants(db)
    return WechatParts(
        account=account,
        door=Door(db, clock, account.token, envelope),
        api=api,
        quota=quota,
        grants=grants,
        media=Media(db, clock, api, pictures, wordless),
        carrier=WechatCarrier(api, quota, grants, load_wechat_profile(), overflow, menus=account.menus),
    )
