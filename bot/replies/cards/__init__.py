"""Every card the actions may answer with: a kind and typed fields, no wording. One module a feature.

A card's wording lies in `bot/replies/templates/<channel>/<kind>.j2`, one for each channel.
"""

from bot.replies.cards import (  # noqa: F401  (each import makes its kinds known)
    audit,
    billing,
    customers,
    diagnosis,
    fieldwork,
    handoff,
    identity,
    knowledge,
    outages,
    pictures,
    quality,
    safety,
    sms,
    supplier,
    talk,
)
from bot.replies.cards.base import Card, Option, card_kinds, read_card

__all__ = ["Card", "Option", "card_kinds", "read_card"]
