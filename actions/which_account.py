"""Offering the accounts somebody has proved: by their place, their kind and the tail of their number."""

from collections.abc import Sequence

from actions.house import house
from bot.replies.cards import Option
from bot.replies.cards.identity import AccountChoose
from bot.replies.titles import title

TAIL = 4


def account_title(account_no: str) -> str:
    """Place, kind and the tail of the number: enough to know one's own by. Only after a right code."""
    customers = house().customers
    account, location = customers.account(account_no), customers.location(account_no)
    kind = title(f"kind_{account.customer_class}")
    return title("account_hint", place=location.village if location else "", kind=kind, tail=account_no[-TAIL:])


def account_choices(account_nos: Sequence[str], intent: str) -> AccountChoose:
    """Asks which of the proved accounts a question is about; the choice asks the question again."""
    options = [Option(title=account_title(no), intent=intent, entities={"account_no": no}) for no in account_nos]
    return AccountChoose(proved=False, options=options)
