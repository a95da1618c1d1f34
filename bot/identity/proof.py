"""Proofs of who somebody is. Only identity makes them; every door to a customer's records asks for one.

Invariant: a `VerifiedAccount` exists only for an account whose one-time code was typed in that conversation less than
30 minutes ago, by somebody holding a phone that is still registered for it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.errors import NotAllowed

_SEAL = object()


@dataclass(frozen=True)
class _Proof:
    account_no: str
    expires_at: datetime
    _seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise NotAllowed("需要先验证身份", code="not_verified", detail="a proof may only be made by identity")

    def opens(self, clock: Clock) -> str:
        """The account number, while the proof holds."""
        if clock.now() >= self.expires_at:
            raise NotAllowed("验证已过期,请重新验证", code="verification_expired")
        return self.account_no


@dataclass(frozen=True)
class VerifiedAccount(_Proof):
    """Level 2: everything of this one account."""


@dataclass(frozen=True)
class ProvenPhone(_Proof):
    """Level 1: the channel proves a phone registered for this account. Opens what is due and the balance, no more."""


AnyProof = VerifiedAccount | ProvenPhone


def verified(account_no: str, expires_at: datetime) -> VerifiedAccount:
    """For identity alone; a test holds others off."""
    return VerifiedAccount(account_no, expires_at, _SEAL)


def proven(account_no: str, expires_at: datetime) -> ProvenPhone:
    """For identity alone; a test holds others off."""
    return ProvenPhone(account_no, expires_at, _SEAL)
