"""Twilio: free text over its REST API; every webhook is signed with the account's token.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx

from bot.channels.sms.driver import Call, Content, Forged, Inbound, Receipt, Report, Template, Text, Unreadable, whole
from bot.channels.sms.http import call, json_object
from bot.conversations.carriers import NotCarried

API = "https://api.twilio.com"
SIGNATURE = "x-twilio-signature"
STATUS = {"delivered": True, "read": True, "undelivered": False, "failed": False, "canceled": False}
FIELDS = 100


@dataclass(frozen=True)
class TwilioAccount:
    """`sender`: a number (+1…) or a messaging service (MG…). `callback`: where reports on sent texts are to go."""

    sid: str
    token: str
    sender: str
    callback: str
    api: str = API


class Twilio:
    name = "twilio"
    free_text = True
    proves_sender = True
    ready = True

    def __init__(self, account: TwilioAccount, client: httpx.AsyncClient) -> None:
        self._account = account
        self._client = client

    def pieces(self, text: str, message_id: str) -> Sequence[Text]:
        return whole(text)

    async def send(self, to: str, content: Content, message_id: str) -> Receipt:
        if isinstance(content, Template):
            raise NotCarried("give_up", "free_text_only")
        account = self._account
        sender = "MessagingServiceSid" if account.sender.startswith("MG") else "From"
        data = {"To": to, sender: account.sender, "Body": content.body, "StatusCallback": account.callback}
        url = f"{account.api}/2010-04-01/Accounts/{account.sid}/Messages.json"
        request = self._client.build_request("POST", url, data=data)
        credentials = base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
        request.headers["Authorization"] = f"Basic {credentials}"
        response = await call(self._client, request)
        answer = json_object(response)
        if response.status_code != 201:
            raise NotCarried("give_up", f"twilio_{answer.get('code', response.status_code)}")
        return Receipt(str(answer.get("sid", "")))

    def parse_inbound(self, call: Call) -> list[Inbound]:
        fields = self._signed(call)
        if "MessageStatus" in fields or "From" not in fields:
            return []
        return [Inbound(_required(fields, "MessageSid"), fields["From"], fields.get("Body", ""))]

    def parse_receipt(self, call: Call) -> list[Report]:
        fields = self._signed(call)
        status = fields.get("MessageStatus")
        if status is None:
            return []
        code = fields.get("ErrorCode") or status
        return [Report(_required(fields, "MessageSid"), STATUS.get(status), code)]

    def _signed(self, call: Call) -> dict[str, str]:
        """The fields of a form, if the signature over address and fields is right."""
        try:
            pairs = parse_qsl(call.body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS)
        except ValueError as error:
            raise Unreadable("not a form") from error
        given = call.headers.get(SIGNATURE, "")
        if not hmac.compare_digest(signature(self._account.token, call.url, pairs).encode(), given.encode()):
            raise Forged
        return dict(pairs)


def signature(token: str, url: str, pairs: Sequence[tuple[str, str]]) -> str:
    """HMAC-SHA1 over the address and the sorted fields, each name with its value."""
    told = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def _required(fields: dict[str, str], name: str) -> str:
    if not fields.get(name):
        raise Unreadable(f"{name} is missing")
    return fields[name]
