"""What WeChat pushes: one flat XML document, read once into a typed object, and the XML of the answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import InvalidInput

LONGEST_NAME = 64


@dataclass(frozen=True)
class Push:
    """`kind` is the MsgType in lower case, for events `event.` and the event's name. `fields` hold the rest."""

    sender: str
    account: str
    kind: str
    created: datetime
    fields: dict[str, str] = field(repr=False)
    groups: tuple[dict[str, str], ...] = field(default=(), repr=False)

    @property
    def delivery_id(self) -> str:
        """WeChat's own id; events have none and are told apart by sender, time and name."""
        message_id = self.fields.get("MsgId", "")
        key = self.fields.get("EventKey", "")[:LONGEST_NAME]
        return message_id or f"{self.sender}:{int(self.created.timestamp())}:{self.kind}:{key}"

    def get(self, name: str) -> str:
        return self.fields.get(name, "").strip()


def read_document(body: bytes) -> Element:
    """The XML of a request; entities and document types are refused, whatever they say."""
    try:
        return fromstring(body, forbid_dtd=True)  # type: ignore[no-any-return]
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InvalidInput("不是合格的 XML", code="shape", detail=type(error).__name__) from error


def read_push(document: Element) -> Push:
    fields = {child.tag: child.text or "" for child in document if len(child) == 0}
    sender, account = fields.get("FromUserName", ""), fields.get("ToUserName", "")
    kind = fields.get("MsgType", "").lower()
    if kind == "event":
        kind = f"event.{fields.get('Event', '').lower()}"
    if not _name(sender) or not _name(account) or not _name(kind):
        raise InvalidInput("缺少必要的字段", code="shape")
    return Push(sender, account, kind, _moment(fields.get("CreateTime", "")), fields, _groups(document))


def _groups(document: Element) -> tuple[dict[str, str], ...]:
    """The lists inside an event (`subscribe_msg_…`): each entry's fields."""
    entries = (entry for child in document for entry in child if len(entry))
    return tuple({leaf.tag: leaf.text or "" for leaf in entry} for entry in entries)


def _name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text.isascii()


def _moment(text: str) -> datetime:
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        raise InvalidInput("时间不合格式", code="shape")
    return datetime.fromtimestamp(int(text), UTC)


def text_answer(push: Push, text: str, now: datetime) -> str:
    return (
        f"<xml><ToUserName>{escape(push.sender)}</ToUserName><FromUserName>{escape(push.account)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>text</MsgType><Content>{escape(text)}</Content></xml>"
    )


def sealed_answer(sealed: str, signature: str, timestamp: str, nonce: str) -> str:
    return (
        f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{escape(nonce)}</Nonce></xml>"
    )
