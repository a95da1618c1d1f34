"""Aliyun (dysmsapi, 2017-05-25): approved templates only; replies and reports are pushed to us over HTTP.

Calls out are signed with ACS3-HMAC-SHA256. The pushes carry no signature at all: they come to an address with a secret
in it, which keeps strangers out but is not proof of the sender's number, so texts by this way open nothing.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from bot.channels.sms.driver import Call, Content, Forged, Inbound, Receipt, Report, Template, Text, Throttled, whole
from bot.channels.sms.http import call, field, json_list, json_object
from bot.clock import Clock, NewId
from bot.conversations.carriers import NotCarried

API = "https://dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"
ALGORITHM = "ACS3-HMAC-SHA256"
EMPTY_BODY = hashlib.sha256(b"").hexdigest()
# What another try may cure; everything else is about us, the number or the text.
LATER = {
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.OUT_OF_SERVICE",
    "isp.SYSTEM_ERROR",
    "isp.RAM_PERMISSION_DENY",
    "isv.AMOUNT_NOT_ENOUGH",
    "ServiceUnavailable",
    "InternalError",
}
SLOWER = {"Throttling", "Throttling.User", "Throttling.Api", "isv.BUSINESS_LIMIT_CONTROL"}


@dataclass(frozen=True)
class AliyunAccount:
    """`callback_key`: the secret in the addresses that replies and reports are pushed to."""

    key_id: str
    key_secret: str
    signature: str
    callback_key: str
    api: str = API


class Aliyun:
    name = "aliyun"
    free_text = False
    proves_sender = False
    ready = True

    def __init__(self, account: AliyunAccount, client: httpx.AsyncClient, clock: Clock, new_id: NewId) -> None:
        self._account = account
        self._client = client
        self._clock = clock
        self._new_id = new_id

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        return whole(text)

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        if not isinstance(content, Template):
            raise NotCarried("give_up", "template_only")
        query = {
            "PhoneNumbers": to.removeprefix("+86"),
            "SignName": self._account.signature,
            "TemplateCode": content.code,
            "TemplateParam": json.dumps(dict(content.variables), ensure_ascii=False),
            "OutId": message_id,
        }
        answer = json_object(await call(self._client, self._request("SendSms", query)))
        code = str(answer.get("Code", ""))
        if code == "OK":
            return Receipt(str(answer.get("BizId", "")))
        if code in SLOWER:
            raise Throttled(code)
        raise NotCarried("retry" if code in LATER else "give_up", code or "no_code")

    def parse_inbound(self, call: Call) -> list[Inbound]:
        """SmsUp: `sequence_id` names the reply."""
        rows = [row for row in self._rows(call) if "content" in row]
        return [
            Inbound(field(row, "sequence_id"), field(row, "phone_number"), field(row, "content", empty=True))
            for row in rows
        ]

    def parse_receipt(self, call: Call) -> list[Report]:
        """SmsReport: `biz_id` is what SendSms answered."""
        rows = [row for row in self._rows(call) if "biz_id" in row and "content" not in row]
        return [
            Report(field(row, "biz_id"), row.get("success") is True, field(row, "err_code", empty=True)) for row in rows
        ]

    def _rows(self, call: Call) -> list[dict[str, object]]:
        if not hmac.compare_digest(call.key.encode(), self._account.callback_key.encode()):
            raise Forged
        return json_list(call.body)

    def _request(self, action: str, query: Mapping[str, str]) -> httpx.Request:
        host = urlsplit(self._account.api).netloc
        signed = {
            "host": host,
            "x-acs-action": action,
            "x-acs-content-sha256": EMPTY_BODY,
            "x-acs-date": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": self._new_id(),
            "x-acs-version": VERSION,
        }
        headers = signed | {"Authorization": authorization(self._account, query, signed)}
        return self._client.build_request("POST", f"{self._account.api}/?{canonical_query(query)}", headers=headers)


def authorization(account: AliyunAccount, query: Mapping[str, str], signed: Mapping[str, str]) -> str:
    """The signature over a POST without a body to the root of the API."""
    names = ";".join(sorted(signed))
    headers = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    canonical = "\n".join(("POST", "/", canonical_query(query), headers, names, EMPTY_BODY))
    told = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    seal = hmac.new(account.key_secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={account.key_id},SignedHeaders={names},Signature={seal}"


def canonical_query(query: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))
