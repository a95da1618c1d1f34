"""Beside a rule about choosing a price: what the choice would have made of the customer's own year."""

from actions.house import house
from actions.records import proof_of
from actions.turn import Turn
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.replies.cards.billing import SavingsCard
from bot.replies.cards.billing_items import SavingItem

CHOICES = ("time-of-use-worth", "commercial-time-of-use-choice", "capacity-or-demand")


def savings_card(policy_id: str, turn: Turn) -> SavingsCard | None:
    """None without a proof that reaches the bills, or without a year of registers: the rule stands alone."""
    proof = proof_of(turn) if policy_id in CHOICES else None
    if proof is None:
        return None
    try:
        found = house().billing.savings(proof)
    except (NotAllowed, NotFound, Unavailable):
        return None
    if found is None:
        return None
    return SavingsCard(account_no=proof.account_no, savings=[SavingItem.model_validate(saving) for saving in found])
