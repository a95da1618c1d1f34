"""What somebody wants who speaks of binding: bind, unbind, let others in or put them out, a new phone. Pure."""

import re
from functools import cache
from typing import Literal, get_args

from bot.identity.reading import texts
from bot.language.normalise import normalise

Wish = Literal["change_phone", "put_out", "leave", "unbind", "let_in", "bind"]
Payee = Literal["supplier", "other", "unclear"]


def read_wish(text: str) -> Wish:
    """The first wish whose words are found; binding one's own where none is."""
    return next((wish for wish in get_args(Wish) if wish != "bind" and _found(f"wish_{wish}", text)), "bind")


def read_role(text: str) -> str | None:
    """The role of whoever is to be let in, from how the holder calls them (闺女, 租客, 会计)."""
    roles = texts()["role_words"]
    assert isinstance(roles, dict)
    plain = _plain(text)
    return next((role for role, words in roles.items() if any(normalise(word) in plain for word in words)), None)


def read_payee(text: str) -> Payee | None:
    """To whom somebody pays their electricity, where they say so."""
    return next((payee for payee in get_args(Payee) if _found(f"payee_{payee}", text)), None)


def says_bereaved(text: str) -> bool:
    """The holder has died."""
    return _found("bereaved", text)


def says_no_account(text: str) -> bool:
    """There is no account of their own: a shared flat, a property's meter, a mall, a village's pump card."""
    return _found("no_account", text)


def asks_services(text: str) -> bool:
    """What somebody of their kind may count on."""
    return _found("asks_services", text)


def _found(key: str, text: str) -> bool:
    return any(pattern.search(_plain(text)) for pattern in _patterns(key))


def _plain(text: str) -> str:
    return normalise(text).replace(" ", "")


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(normalise(str(pattern))) for pattern in texts()[key])
