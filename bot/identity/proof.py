"""Proofs of who somebody is. Only identity makes them; every door to a customer's records asks for one.

Invariant: a `VerifiedAccount` exists only for an account whose one-time code was typed in that conversation less than
30 minutes ago, by somebody holding a phone that is still registered for it or still has its holder's consent. With a
consent alone the proof is limited: a door opens to it only if it names the scope it is for.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.errors import NotAllowed
from bot.identity.grants import WHOLE, Grant

NOT_GRANTED = "not_granted"
_SEAL = object()


@dataclass(frozen=True)
class _Proof:
    account_no: str
    expires_at: datetime
    _seal: object = field(repr=False, compare=False)
    grant: Grant = WHOLE
    phone_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise NotAllowed("需要先验证身份", code="not_verified", detail="a proof may only be made by identity")

    def opens(self, clock: Clock, scope: str | None = None) -> str:
        """The account number, while the proof holds and reaches so far; without a scope it must be the whole one."""
        if clock.now() >= self.expires_at:
            raise NotAllowed("验证已过期,请重新验证", code="verification_expired")
        if not self.grant.allows(scope):
            raise NotAllowed("户主没有授权您看这一项", code=NOT_GRANTED)
        return self.account_no


@dataclass(frozen=True)
class VerifiedAccount(_Proof):
    """Level 2: everything of this one account."""


@dataclass(frozen=True)
class ProvenPhone(_Proof):
    """Level 1: the channel proves a phone registered for this account. Opens what is due and the balance, no more."""


AnyProof = VerifiedAccount | ProvenPhone


def verified(account_no: str, expires_at: datetime, grant: Grant, phone_key: str) -> VerifiedAccount:
    """For identity alone; a test holds others off."""
    return VerifiedAccount(account_no, expires_at, _SEAL, grant, phone_key)


def proven(account_no: str, expires_at: datetime, grant: Grant, phone_key: str) -> ProvenPhone:
    """For identity alone; a test holds others off."""
    return ProvenPhone(account_no, expires_at, _SEAL, grant, phone_key)
