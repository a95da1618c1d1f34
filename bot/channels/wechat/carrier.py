"""The way out: customer-service messages within their quota, notices by template, and another way when none is left."""

from collections.abc import Callable

from bot.channels.wechat.api import WechatApi
from bot.channels.wechat.grants import Grants
from bot.channels.wechat.profile import Notice, WechatProfile
from bot.channels.wechat.quota import Quota
from bot.channels.wechat.words import word
from bot.conversations.carriers import NotCarried, Parcel

MAX_BYTES = 2048  # of one text
MENU_MOST = 10


class WechatCarrier:
    def __init__(
        self,
        api: WechatApi,
        quota: Quota,
        grants: Grants,
        profile: WechatProfile,
        overflow: Callable[[str], None],
        *,
        menus: bool,
    ) -> None:
        """`overflow` tells a follower by another way that something waits; `menus`: options as a menu to tap."""
        self._api = api
        self._quota = quota
        self._grants = grants
        self._profile = profile
        self._overflow = overflow
        self._menus = menus

    def send(self, parcel: Parcel) -> str | None:
        if parcel.conversation_id is None:
            return self._notify(parcel)
        self._say(parcel)
        return None

    def _say(self, parcel: Parcel) -> None:
        """A long text goes out in as many messages as it needs, or not at all."""
        texts = split(parcel.text)
        left = self._quota.spend(parcel.address, len(texts))
        if left is None:
            if self._quota.tell_elsewhere(parcel.address):
                self._overflow(parcel.address)
            raise NotCarried("wait", "no_quota")
        if left.messages == 0:
            texts[-1] = _with_last_words(texts[-1])
        self._send(parcel, texts)

    def _send(self, parcel: Parcel, texts: list[str]) -> None:
        """What has been taken off the quota; put back where it was not sent."""
        try:
            self._send_all(parcel, texts)
        except NotCarried as refused:
            self._account(parcel.address, refused, len(texts))
            raise

    def _send_all(self, parcel: Parcel, texts: list[str]) -> None:
        for text in texts[:-1]:
            self._api.send(parcel.address, "text", {"content": text})
        if self._menus and len(texts) == 1 and 0 < len(parcel.options) <= MENU_MOST:
            self._api.send(parcel.address, "msgmenu", _menu(parcel))
        else:
            self._api.send(parcel.address, "text", {"content": texts[-1]})

    def _account(self, openid: str, refused: NotCarried, messages: int) -> None:
        """WeChat's own count is the true one."""
        if refused.cure == "wait":
            self._quota.exhausted(openid)
        else:
            self._quota.give_back(openid, messages)

    def _notify(self, parcel: Parcel) -> str | None:
        """By the template of its kind; without one, as a message while the quota lasts."""
        notice = self._profile.notices.get(parcel.kind)
        if notice is None:
            texts = split(parcel.text)
            if self._quota.spend(parcel.address, len(texts)) is None:
                raise NotCarried("give_up", "no_template")
            self._send(parcel, texts)
            return None
        data = {name: str(parcel.data.get(field, "")) for name, field in notice.fields.items()}
        if notice.way == "template":
            return self._api.template(parcel.address, notice.template_id, data)
        self._subscription(parcel, notice, data)
        return None

    def _subscription(self, parcel: Parcel, notice: Notice, data: dict[str, str]) -> None:
        if not self._grants.spend(parcel.address, notice.template_id):
            raise NotCarried("give_up", "not_subscribed")
        try:
            self._api.subscription(parcel.address, notice.template_id, data)
        except NotCarried as refused:
            if refused.cure != "give_up":
                self._grants.give(parcel.address, notice.template_id)
            raise


def split(text: str) -> list[str]:
    """Texts that WeChat takes, cut between lines where that can be."""
    parts: list[str] = []
    for line in text.split("\n"):
        for piece in _pieces(line):
            if parts and len(f"{parts[-1]}\n{piece}".encode()) <= MAX_BYTES:
                parts[-1] += f"\n{piece}"
            else:
                parts.append(piece)
    return parts


def _pieces(line: str) -> list[str]:
    most = MAX_BYTES // 4  # no character takes more bytes
    if len(line.encode()) <= MAX_BYTES:
        return [line]
    return [line[at : at + most] for at in range(0, len(line), most)]


def _with_last_words(text: str) -> str:
    longer = f"{text}\n{word('last_one')}"
    return longer if len(longer.encode()) <= MAX_BYTES else text


def _menu(parcel: Parcel) -> dict[str, object]:
    """The options to tap; the numbered list at the end of the text gives way to them."""
    head = "\n".join(parcel.text.split("\n")[: -len(parcel.options)])
    listed = [{"id": option["id"], "content": option["title"]} for option in parcel.options]
    return {"head_content": head, "list": listed, "tail_content": ""}
