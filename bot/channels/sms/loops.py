"""Telling robots and floods from customers: what is not answered, so that two machines never talk to one another."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.sms.contacts import SMS
from bot.channels.sms.tables import SmsInbound
from bot.channels.sms.words import words
from bot.conversations.tables import Delivery

ECHO_WITHIN = timedelta(hours=24)
ECHO_LOOKS_AT = 30
SHORTEST_ECHO = 8  # characters; "1" or "好的" may well be both said and answered
SHORTEST_PIECE = 12  # of a text that quotes ours, or is quoted from it
SHORTEST_REPEATED = 4
REPEATED = 4  # the fourth time the same words come, nobody answers
MOST_DANGERS = 5
_SIGNATURE = re.compile(r"^\s*【[^】]{1,20}】")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Limits:
    """More than `texts` within `minutes` from one number: silence for as long."""

    texts: int
    minutes: int

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.minutes)


def text_key(secret: bytes, text: str) -> str:
    return hmac.new(secret, f"sms:{_bare(text)}".encode(), hashlib.sha256).hexdigest()


def is_echo(session: Session, address: str, text: str, now: datetime) -> bool:
    """Whether this is what we said to that number lately, sent back by its machine."""
    said = _bare(text)
    if len(said) < SHORTEST_ECHO:
        return False
    recent = (
        select(Delivery.text)
        .where(Delivery.channel == SMS, Delivery.address == address, Delivery.created_at > now - ECHO_WITHIN)
        .order_by(Delivery.created_at.desc())
        .limit(ECHO_LOOKS_AT)
    )
    ours = [_bare(sent) for sent in session.scalars(recent)]
    return any(sent == said or _quotes(sent, said) or _quotes(said, sent) for sent in ours)


def _quotes(whole: str, piece: str) -> bool:
    return len(piece) >= SHORTEST_PIECE and piece in whole


def count(session: Session, address: str, since: datetime, *, key: str | None = None, hazards: bool = False) -> int:
    """How many texts of a number came since then: all, the same words, or those that told of danger."""
    query = (
        select(func.count())
        .select_from(SmsInbound)
        .where(SmsInbound.address == address, SmsInbound.received_at > since)
        .where(SmsInbound.outcome.is_(None) | (SmsInbound.outcome != "part"))
    )
    if key is not None:
        query = query.where(SmsInbound.text_key == key)
    if hazards:
        query = query.where(SmsInbound.hazard.is_(True))
    return session.scalar(query) or 0


def _bare(text: str) -> str:
    """The words without signature, blanks and the line that offers more."""
    return _BLANK.sub("", _SIGNATURE.sub("", text)).removesuffix(_BLANK.sub("", words().more_line))
