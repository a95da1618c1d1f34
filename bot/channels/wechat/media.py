"""Pictures and recordings that followers send: noted with the push, fetched afterwards, kept with the conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.channels.wechat.tables import FETCHED, LOST, WANTED, WechatMedia
from bot.clock import Clock
from bot.conversations.intake import InboundMessage, Received
from bot.conversations.pictures import Pictures
from bot.conversations.wordless import Wordless
from bot.errors import LamplighterError
from bot.replies.cards.pictures import PictureLost, Unreadable
from bot.storage.engine import Database

log = structlog.get_logger()
CHANNEL = "wechat"
LEASE = timedelta(seconds=60)
PAUSES = (2, 10, 60, 600, 3600)  # WeChat keeps what was sent for three days
BATCH = 5


class Source(Protocol):
    def media(self, media_id: str) -> tuple[bytes, str]:
        """The bytes and their media type."""


@dataclass(frozen=True)
class Wanted:
    delivery_id: str
    openid: str
    media_id: str
    conversation_id: str | None
    seq: int | None
    attempts: int


class Media:
    def __init__(self, db: Database, clock: Clock, source: Source, pictures: Pictures, wordless: Wordless) -> None:
        self._db = db
        self._clock = clock
        self._source = source
        self._pictures = pictures
        self._wordless = wordless

    def want(self, delivery_id: str, openid: str, media_id: str, spoken: Received | None = None) -> None:
        """Notes what is to be fetched, once for each delivery; `spoken`: the message whose recording it is."""
        row = WechatMedia(
            delivery_id=delivery_id,
            openid=openid,
            media_id=media_id,
            conversation_id=spoken.conversation_id if spoken else None,
            seq=spoken.seq if spoken else None,
            next_attempt_at=self._clock.now(),
        )
        try:
            with self._db.write() as session:
                session.add(row)
        except IntegrityError:
            return  # this delivery came before

    def fetch(self, changed: Callable[[str], None]) -> int:
        """Fetches what is due; how many were tried. No transaction is open meanwhile."""
        wanted = self._take()
        for each in wanted:
            try:
                changed(self._fetch(each))
            except LamplighterError as refused:
                self._put_off(each, refused)
        return len(wanted)

    def _take(self) -> list[Wanted]:
        now = self._clock.now()
        due = select(WechatMedia).where(WechatMedia.state == WANTED, WechatMedia.next_attempt_at <= now)
        with self._db.write() as session:
            rows = session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.attempts += 1
                row.next_attempt_at = now + LEASE
            return [Wanted(r.delivery_id, r.openid, r.media_id, r.conversation_id, r.seq, r.attempts) for r in rows]

    def _fetch(self, wanted: Wanted) -> str:
        data, media_type = self._source.media(wanted.media_id)
        if wanted.conversation_id is not None and wanted.seq is not None:
            self._pictures.keep_recording(wanted.conversation_id, wanted.seq, data, media_type)
            conversation_id = wanted.conversation_id
        else:
            conversation_id = self._pictures.receive(_inbound(wanted), data).conversation_id
        self._settle(wanted, FETCHED)
        return conversation_id

    def _put_off(self, wanted: Wanted, error: LamplighterError) -> None:
        if error.permanent or wanted.attempts > len(PAUSES):
            self._lose(wanted)
            return
        with self._db.write() as session:
            row = session.get_one(WechatMedia, wanted.delivery_id)
            row.next_attempt_at = self._clock.now() + timedelta(seconds=PAUSES[wanted.attempts - 1])

    def _lose(self, wanted: Wanted) -> None:
        """Not to be had: for a picture the customer is told; a recording without its words was told already."""
        log.warning("wechat_media_lost", attempts=wanted.attempts)
        if wanted.seq is None:
            self._wordless.receive(_inbound(wanted), Unreadable(), PictureLost())
        self._settle(wanted, LOST)

    def _settle(self, wanted: Wanted, state: str) -> None:
        with self._db.write() as session:
            session.get_one(WechatMedia, wanted.delivery_id).state = state


def _inbound(wanted: Wanted) -> InboundMessage:
    return InboundMessage(channel=CHANNEL, address=wanted.openid, client_id=wanted.delivery_id)
