"""Identity: what level somebody has proved, one-time codes, and the guarded door to each account."""

from bot.identity.codes import CodeSender
from bot.identity.proof import NOT_GRANTED, AnyProof, ProvenPhone, VerifiedAccount
from bot.identity.service import Identity

__all__ = ["NOT_GRANTED", "AnyProof", "CodeSender", "Identity", "ProvenPhone", "VerifiedAccount"]
