"""Who may speak to us as WeChat: signed with our token, now, and no signature used for two different messages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from bot.channels.wechat.crypt import Envelope, signature, signed
from bot.channels.wechat.push import Push, read_document, read_push, sealed_answer, text_answer
from bot.channels.wechat.tables import WechatSignature
from bot.clock import Clock
from bot.errors import InvalidInput, NotAllowed
from bot.storage.engine import Database

WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Signed:
    """The query of a call. `signature` covers the time and the nonce, `body_signature` the encrypted body as well."""

    signature: str
    timestamp: str
    nonce: str
    body_signature: str = ""


class Door:
    """`envelope` is None in plain mode. In encrypted mode a plain body is refused."""

    def __init__(self, db: Database, clock: Clock, token: str, envelope: Envelope | None) -> None:
        self._db = db
        self._clock = clock
        self._token = token
        self._envelope = envelope

    def check(self, call: Signed) -> None:
        """NotAllowed unless the call is signed with our token within five minutes."""
        if not signed(call.signature, (self._token, call.timestamp, call.nonce)):
            raise NotAllowed("签名不对", code="bad_signature")
        if abs(self._clock.now() - _moment(call.timestamp)) > WINDOW:
            raise NotAllowed("签名已过期", code="stale")

    def open(self, call: Signed, body: bytes) -> Push:
        """The push of a call, once it is proved to be WeChat's."""
        self.check(call)
        document = read_document(body)
        if self._envelope is not None:
            sealed = document.findtext("Encrypt") or ""
            if not signed(call.body_signature, (self._token, call.timestamp, call.nonce, sealed)):
                raise NotAllowed("签名不对", code="bad_signature")
            document = read_document(self._envelope.open(sealed))
        push = read_push(document)
        self._use(call, push)
        return push

    def answer(self, call: Signed, push: Push, text: str) -> str:
        """The XML that says `text` within the call, closed as the account's mode wants it."""
        plain = text_answer(push, text, self._clock.now())
        if self._envelope is None:
            return plain
        sealed, timestamp = self._envelope.close(plain), str(int(self._clock.now().timestamp()))
        return sealed_answer(sealed, signature(self._token, timestamp, call.nonce, sealed), timestamp, call.nonce)

    def _use(self, call: Signed, push: Push) -> None:
        """In plain mode the signature does not cover the body: it may come again with the same message alone."""
        key = call.body_signature if self._envelope is not None else call.signature
        try:
            with self._db.write() as session:
                session.execute(delete(WechatSignature).where(WechatSignature.used_at < self._clock.now() - 2 * WINDOW))
                used = session.scalar(select(WechatSignature.delivery_id).where(WechatSignature.signature == key))
                if used is None:
                    row = WechatSignature(signature=key, delivery_id=push.delivery_id, used_at=self._clock.now())
                    session.add(row)
                elif used != push.delivery_id:
                    raise NotAllowed("签名已用过", code="replayed")
        except IntegrityError:
            self._use(call, push)  # the same call a moment ago: look at what it used the signature for


def _moment(timestamp: str) -> datetime:
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 10:
        raise InvalidInput("时间不合格式", code="shape")
    return datetime.fromtimestamp(int(timestamp), UTC)
