"""What the nightly audit tells customers."""

from datetime import date
from typing import Literal

from bot.replies.cards.base import Card


class AgreementExpiring(Card):
    """A supply agreement ends soon and does not renew itself. `account_tail`: the last digits of the account."""

    kind: Literal["agreement_expiring"] = "agreement_expiring"
    account_tail: str
    ends_on: date
