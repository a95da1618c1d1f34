"""The money somebody thinks of putting in, and how long it would last: 充二百能用多久, 再交50够用到月底不."""

import re
from decimal import Decimal

from bot.language.normalise import normalise
from bot.language.numbers import read_number

_AMOUNT = re.compile(
    r"(?:充|存|交|缴|打)(?:上|进|个|进去)?(?P<n>[0-9.]+|[一二两三四五六七八九十百千万]+)"
    r"(?:块|元|多|能|够|顶|可|,|的话)"
)
_LASTS = re.compile(r"能用|够用|用多久|几天|多长时间|顶|撑|用到")


def read_top_up(text: str) -> Decimal | None:
    """Yuan, where the question is how long they would last."""
    plain = normalise(text).replace(" ", "")
    found = _AMOUNT.search(plain)
    return read_number(found["n"]) if found and _LASTS.search(plain) else None
