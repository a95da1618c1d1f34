"""Offering accounts: by place and kind after a code, by number where only the channel has proved them."""

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


def numbered_choices(account_nos: Sequence[str], intent: str) -> AccountChoose:
    """Asks which of the accounts of a proved phone is meant: by number and kind, no address is said without a code."""
    return AccountChoose(proved=False, options=[_numbered(account_no, intent) for account_no in account_nos])


def _numbered(account_no: str, intent: str) -> Option:
    kind = title(f"kind_{house().customers.account(account_no).customer_class}")
    named = title("account_choice", account_no=account_no, kind=kind)
    return Option(title=named, intent=intent, entities={"account_no": account_no})
