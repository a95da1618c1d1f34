"""Which of the accounts somebody has proved a message speaks of: "店里那户", "另一户", "文化路那个". Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.identity.reading import texts
from bot.language.normalise import normalise

Said = Literal["nothing", "another", "one", "several"]
ANOTHER = "another_account"
SUFFIXES = ("社区", "村")
SHORTEST = 2


@dataclass(frozen=True)
class Known:
    """An account as far as words may tell it from others: its class and the names of its place."""

    account_no: str
    customer_class: str
    village: str = ""


@dataclass(frozen=True)
class Meant:
    """`nothing`: no account is spoken of. `another`: one that is not among those proved. Else those that fit."""

    said: Said
    account_nos: tuple[str, ...] = ()


def which(text: str, known: Sequence[Known], current: str | None) -> Meant:
    """Which of the `known` accounts a text speaks of, while `current` is the one spoken of last."""
    plain = normalise(text).replace(" ", "")
    by_place = [one for one in known if any(name in plain for name in _place_names(one))]
    by_class = [one for one in known if one.customer_class in _classes(plain)]
    refers = any(normalise(word) in plain for word in _words("refers"))
    for found in (by_place, by_class):
        if found and (len(found) < len(known) or refers):
            return _meant(found)
    if any(normalise(word) in plain for word in _words(ANOTHER)):
        return _meant([one for one in known if one.account_no != current])
    return Meant("another") if refers and _classes(plain) and not by_class else Meant("nothing")


def _meant(found: Sequence[Known]) -> Meant:
    if not found:
        return Meant("another")
    return Meant("one" if len(found) == 1 else "several", tuple(one.account_no for one in found))


def _place_names(one: Known) -> list[str]:
    """The village or estate, without its suffix."""
    village = next((one.village[: -len(end)] for end in SUFFIXES if one.village.endswith(end)), one.village)
    return [normalise(name) for name in (village,) if len(name) >= SHORTEST]


def _classes(plain: str) -> set[str]:
    classes = texts()["account_words"]
    assert isinstance(classes, dict)
    return {name for name, words in classes.items() if any(normalise(word) in plain for word in words)}


def _words(key: str) -> list[str]:
    found = texts()[key]
    assert isinstance(found, list)
    return found
