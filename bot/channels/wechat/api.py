"""WeChat's server: the calls we make, each within a few seconds, and what its refusals mean for trying again."""

import json
from typing import Any

import httpx
import structlog

from bot.channels.wechat.tokens import AccessTokens
from bot.clock import Clock
from bot.conversations.carriers import Cure, NotCarried
from bot.storage.engine import Database

log = structlog.get_logger()
PATIENCE = httpx.Timeout(5.0, connect=3.0)
MAX_MEDIA = 5 * 1024 * 1024
MINUTE, HOUR = 60, 3600
# What helps against which refusal. Whatever is not here cannot be helped: it is given up, with its number on record.
CURES: dict[int, tuple[Cure, float | None]] = {
    -1: ("retry", None),  # WeChat is busy
    45009: ("retry", HOUR),  # the day's calls are used up
    45011: ("retry", MINUTE),  # too many calls this minute
    40001: ("refresh", None),  # the token is not valid (any more)
    40014: ("refresh", None),
    41001: ("refresh", None),
    42001: ("refresh", None),
    45015: ("wait", None),  # the follower has not written for two days
    45047: ("wait", None),  # all messages that were allowed have been sent
}
# Somebody must put these right: a setting, a permission, the list of addresses. Trying again meanwhile loses nothing.
MISCONFIGURED = {40013, 40125, 40164, 48001, 50002}


class WechatApi:
    def __init__(self, db: Database, clock: Clock, base_url: str, app_id: str, app_secret: str, holder: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=PATIENCE)
        self._app_id = app_id
        self._app_secret = app_secret
        self._tokens = AccessTokens(db, clock, app_id, holder, self._fetch_token)

    def send(self, openid: str, kind: str, content: dict[str, Any]) -> None:
        """A customer-service message: `kind` is text or msgmenu."""
        self._post("/cgi-bin/message/custom/send", {"touser": openid, "msgtype": kind, kind: content})

    def template(self, openid: str, template_id: str, data: dict[str, str], url: str = "") -> str:
        """A template message; WeChat's id for it, by which it reports whether it arrived."""
        body = {"touser": openid, "template_id": template_id, "url": url, "data": _values(data)}
        return str(self._post("/cgi-bin/message/template/send", body).get("msgid", ""))

    def subscription(self, openid: str, template_id: str, data: dict[str, str], page: str = "") -> None:
        """A subscription message, for each of which the follower has agreed before."""
        body = {"touser": openid, "template_id": template_id, "page": page, "data": _values(data)}
        self._post("/cgi-bin/message/subscribe/bizsend", body)

    def set_menu(self, menu: dict[str, Any]) -> None:
        self._post("/cgi-bin/menu/create", menu)

    def media(self, media_id: str) -> tuple[bytes, str]:
        """A picture or recording a follower sent, and its media type."""
        token = self._tokens.get()
        params = {"access_token": token, "media_id": media_id}
        data = b""
        try:
            with self._http.stream("GET", "/cgi-bin/media/get", params=params) as response:
                for part in response.iter_bytes():
                    data += part
                    if len(data) > MAX_MEDIA:
                        raise NotCarried("give_up", "media_too_large")
        except httpx.HTTPError as error:
            raise NotCarried("retry", "unreachable", detail=type(error).__name__) from error
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if response.status_code != 200 or kind in ("application/json", "text/plain"):
            self._checked(response, token, data)
            raise NotCarried("give_up", "no_media")
        return data, kind

    def close(self) -> None:
        self._http.close()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        token = self._tokens.get()
        return self._checked(self._request(path, body, token), token)

    def _request(self, path: str, body: dict[str, Any], token: str = "") -> httpx.Response:
        """The JSON goes out as it is: WeChat does not read `\\u` escapes. No text of ours is in the URL."""
        params = {"access_token": token} if token else {}
        content = _json(body)
        try:
            return self._http.post(path, params=params, content=content, headers={"Content-Type": "application/json"})
        except httpx.HTTPError as error:
            raise NotCarried("retry", "unreachable", detail=type(error).__name__) from error

    def _checked(self, response: httpx.Response, token: str, data: bytes | None = None) -> dict[str, Any]:
        answer = _read(response, data)
        number = answer.get("errcode", 0)
        if not isinstance(number, int):
            raise NotCarried("retry", "unreadable")
        if number == 0:
            return answer
        if number in MISCONFIGURED:
            log.error("wechat_misconfigured", code=number)
            raise NotCarried("retry", f"wechat_{number}", retry_after=MINUTE)
        cure, pause = CURES.get(number, ("give_up", None))
        if cure == "refresh" and token:
            self._tokens.refused(token)
        raise NotCarried(cure, f"wechat_{number}", retry_after=pause)

    def _fetch_token(self, force: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force,
        }
        answer = self._checked(self._request("/cgi-bin/stable_token", body), "")
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise NotCarried("retry", "no_token")
        return token, seconds


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _values(data: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


def _read(response: httpx.Response, data: bytes | None) -> dict[str, Any]:
    if response.status_code != 200:
        raise NotCarried("retry", f"http_{response.status_code}")
    try:
        answer = json.loads(response.content if data is None else data)
    except ValueError as error:
        raise NotCarried("retry", "unreadable") from error
    if not isinstance(answer, dict):
        raise NotCarried("retry", "unreadable")
    return answer
