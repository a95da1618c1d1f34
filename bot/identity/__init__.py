"""Identity: what level somebody has proved, one-time codes, and the guarded door to each account."""

from bot.identity.codes import CodeSender
from bot.identity.proof import ProvenPhone, VerifiedAccount
from bot.identity.service import Identity

__all__ = ["CodeSender", "Identity", "ProvenPhone", "VerifiedAccount"]
