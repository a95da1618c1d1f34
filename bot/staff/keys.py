"""Keys of programs: shown once when made, good for some scopes, revocable."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from bot.clock import Clock, NewId
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.staff.audit import Audit
from bot.staff.roles import SCOPES
from bot.staff.tables import ApiKey
from bot.staff.tokens import new_token, token_hash
from bot.storage.engine import Database

PREFIX = "lamp_"


class Keys:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, audit: Audit) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._audit = audit

    def make(self, name: str, scopes: Sequence[str], days: int, *, by: str = "console") -> str:
        """A new key; it is told this once."""
        if not scopes or set(scopes) - set(SCOPES):
            raise InvalidInput(f"可用的范围是 {'、'.join(SCOPES)}", code="bad_scope")
        key, now = PREFIX + new_token(), self._clock.now()
        with self._db.write() as session:
            session.add(
                ApiKey(
                    id=self._new_id(),
                    name=name,
                    key_hash=token_hash(key),
                    scopes=sorted(set(scopes)),
                    made_at=now,
                    expires_at=now + timedelta(days=days),
                )
            )
            self._audit.did(session, by, "key_made", name)
        return key

    def all(self) -> list[ApiKey]:
        with self._db.read() as session:
            return list(session.scalars(select(ApiKey).order_by(ApiKey.made_at)))

    def revoke(self, name: str, *, by: str = "console") -> None:
        with self._db.write() as session:
            revoked = session.execute(
                update(ApiKey)
                .where(ApiKey.name == name, ApiKey.revoked_at.is_(None))
                .values(revoked_at=self._clock.now())
            )
            if not revoked.rowcount:  # type: ignore[attr-defined]
                raise NotFound(f"没有叫 {name} 的有效密钥", code="no_key")
            self._audit.did(session, by, "key_revoked", name)

    def require(self, key: str, scope: str) -> str:
        """The name of the program, if its key is good for this scope."""
        with self._db.read() as session:
            found = session.scalar(
                select(ApiKey).where(
                    ApiKey.key_hash == token_hash(key),
                    ApiKey.revoked_at.is_(None),
                    ApiKey.expires_at > self._clock.now(),
                )
            )
        if found is None:
            raise NotAllowed("密钥无效", code="bad_key")
        if scope not in found.scopes:
            raise NotAllowed("这个密钥不能用于这里", code="forbidden")
        return found.name
