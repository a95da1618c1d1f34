"""One-time codes: asked for, counted, sent, tried. All counting is done by the database.

A code is never stored: it follows from a random nonce and the installation's secret, so that a repeated request can
send the very same code again, and whoever reads the database learns nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal, Protocol

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import RateLimited
from bot.identity.changes import Post
from bot.identity.reading import CODE_LENGTH, Identifier
from bot.identity.tables import CodeQuota, OneTimeCode
from bot.settings import Settings

VALID_MINUTES = 5
TRIES = 5
TEN_MINUTES, DAY = timedelta(minutes=10), timedelta(days=1)
Outcome = Literal["right", "wrong", "expired", "used_up", "none"]


class CodeSender(Post, Protocol):
    def send(self, phone: str, text: str, request_key: str, data: Mapping[str, Any] | None = None) -> None:
        """Takes a text for a phone, and its `code` for ways that send by template. The same key again sends nothing."""


@dataclass(frozen=True)
class Target:
    """Who a typed number leads to: the phone the code goes to and the accounts it would open. Empty for a stranger."""

    phone: str | None
    account_nos: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    outcome: Outcome
    tries_left: int = 0
    code: OneTimeCode | None = None


class Codes:
    def __init__(self, clock: Clock, settings: Settings, secret: bytes) -> None:
        self._clock = clock
        self._settings = settings
        self._secret = secret

    def key(self, kind: str, value: str) -> str:
        """A keyed hash: the same value gives the same key, and the key gives nothing back."""
        return hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def code_of(self, row: OneTimeCode) -> str:
        digest = hmac.new(self._secret, f"code:{row.nonce}".encode(), hashlib.sha256).digest()
        return str(int.from_bytes(digest, "big") % 10**CODE_LENGTH).zfill(CODE_LENGTH)

    def issue(
        self, session: Session, conversation_id: str, typed: Identifier, target: Target, request_key: str
    ) -> tuple[OneTimeCode, bool]:
        """The code of this request and whether it is to be sent. Too many are refused by the number typed."""
        row = self._row(conversation_id, typed, target, request_key)
        for key in sorted((row.typed_key, row.phone_key, row.account_key)):
            _hold(session, key)
        known = session.scalar(select(OneTimeCode).where(OneTimeCode.request_key == request_key))
        if known is not None:
            return known, bool(known.account_nos) and known.sent_at is None
        self._refuse_too_many(session, OneTimeCode.typed_key == row.typed_key)
        self._refuse_too_many(session, OneTimeCode.conversation_id == conversation_id, daily_only=True)
        if self._too_many_for(session, row):
            row.account_nos = []  # said with the same words as for a stranger: no link between numbers is given away
        session.add(row)
        session.flush()
        return row, bool(row.account_nos)

    def try_code(self, session: Session, conversation_id: str, typed: str, request_key: str) -> Tried:
        """One try at the newest code of the conversation. The same request again gets the same outcome, uncounted."""
        row = newest_code(session, conversation_id)
        if row is None:
            return Tried("none")
        if request_key and row.last_try_key == request_key:
            return self._told(row, row.last_try_right)
        right = hmac.compare_digest(self.code_of(row), typed) and bool(row.account_nos)
        if not self._count_try(session, row, request_key, right):
            session.refresh(row)
            return Tried(self._why_refused(row))
        session.refresh(row)
        return self._told(row, right)

    def _told(self, row: OneTimeCode, right: bool) -> Tried:
        if right:
            return Tried("right", code=row)
        left = TRIES - row.tries
        return Tried("wrong" if left > 0 else "used_up", left)

    def _count_try(self, session: Session, row: OneTimeCode, request_key: str, right: bool) -> bool:
        """Compare-and-set: of tries at the same moment each is counted, and a code is used once."""
        now = self._clock.now()
        result = session.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.id == row.id,
                OneTimeCode.tries < TRIES,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > now,
            )
            .values(
                tries=OneTimeCode.tries + 1,
                last_try_key=request_key,
                last_try_right=right,
                used_at=now if right else None,
            ),
            execution_options={"synchronize_session": False},
        )
        return isinstance(result, CursorResult) and result.rowcount == 1

    def _why_refused(self, row: OneTimeCode) -> Outcome:
        return "used_up" if row.tries >= TRIES and row.used_at is None else "expired"

    def _row(self, conversation_id: str, typed: Identifier, target: Target, request_key: str) -> OneTimeCode:
        """Where nothing is found, the keys are made of what was typed: a stranger costs as much as a customer."""
        now = self._clock.now()
        single = target.account_nos[0] if len(target.account_nos) == 1 else f"none:{typed.digits}"
        return OneTimeCode(
            request_key=request_key,
            conversation_id=conversation_id,
            nonce=secrets.token_hex(32),
            typed_key=self.key("typed", typed.digits),
            phone_key=self.key("phone", target.phone or f"none:{typed.digits}"),
            account_key=self.key("account", single),
            account_nos=list(target.account_nos),
            tries=0,
            created_at=now,
            expires_at=now + timedelta(minutes=VALID_MINUTES),
        )

    def _too_many_for(self, session: Session, row: OneTimeCode) -> bool:
        same = or_(OneTimeCode.phone_key == row.phone_key, OneTimeCode.account_key == row.account_key)
        try:
            self._refuse_too_many(session, same)
        except RateLimited:
            return True
        return False

    def _refuse_too_many(self, session: Session, same: object, *, daily_only: bool = False) -> None:
        now = self._clock.now()
        factor = self._settings.limit_factor
        limits = [(DAY, self._settings.codes_per_day * factor)]
        if not daily_only:
            limits.append((TEN_MINUTES, self._settings.codes_per_10_minutes * factor))
        for window, limit in limits:
            created: list[datetime] = list(
                session.scalars(
                    select(OneTimeCode.created_at)
                    .where(same, OneTimeCode.created_at > now - window)  # type: ignore[arg-type]
                    .order_by(OneTimeCode.created_at.desc())
                    .limit(limit)
                )
            )
            if len(created) >= limit:
                wait = ceil((created[-1] + window - now).total_seconds())
                raise RateLimited("验证码要得太频繁了,请稍后再试", retry_after=wait, code="too_many_codes")


def newest_code(session: Session, conversation_id: str) -> OneTimeCode | None:
    return session.scalar(
        select(OneTimeCode)
        .where(OneTimeCode.conversation_id == conversation_id)
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )


def _hold(session: Session, key: str) -> None:
    """Locks the row of one key until the end of the transaction, making it where it is missing: the same two statements
    either way, so that nobody can tell by the time taken that another number of the same account was asked before."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(CodeQuota).values(key=key).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(CodeQuota).values(key=key).on_conflict_do_nothing())
    session.execute(select(CodeQuota.key).where(CodeQuota.key == key).with_for_update())
