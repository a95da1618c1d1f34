"""What the columns of one line must agree on with each other. Values are in their stored form: days are ISO text."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.importing.values import Refused

Check = Callable[[Sequence[Any]], None]
LAST_DAY_OF_MONTH = 31


def in_order(*names: str) -> Callable[[Sequence[str]], Check]:
    """These days follow one another, as far as they are known; the first one that does not is named."""

    def build(columns: Sequence[str]) -> Check:
        places = [(columns.index(name), name) for name in names]

        def check(row: Sequence[Any]) -> None:
            latest = ""
            for place, name in places:
                value = row[place]
                if value is not None:
                    if value < latest:
                        raise Refused("order", name, value)
                    latest = value

        return check

    return build


def _exchange(columns: Sequence[str]) -> Check:
    old, new = columns.index("old_meter"), columns.index("new_meter")

    def check(row: Sequence[Any]) -> None:
        if row[old] == row[new]:
            raise Refused("same_meter", "new_meter", row[new])

    return check


def _route(columns: Sequence[str]) -> Check:
    place = columns.index("reading_day")

    def check(row: Sequence[Any]) -> None:
        if row[place] > LAST_DAY_OF_MONTH:
            raise Refused("day", "reading_day", str(row[place]))

    return check


def _payment(columns: Sequence[str]) -> Check:
    state, posted = columns.index("state"), columns.index("posted_at")
    ordered = in_order("paid_at", "posted_at", "reversed_at")(columns)

    def check(row: Sequence[Any]) -> None:
        if row[state] == "posted" and row[posted] is None:
            raise Refused("posted_without_time", "posted_at")
        ordered(row)

    return check


def _settlement(columns: Sequence[str]) -> Check:
    state, paid_on = columns.index("state"), columns.index("paid_on")
    ordered = in_order("period_start", "period_end", "issued_on", "paid_on")(columns)

    def check(row: Sequence[Any]) -> None:
        if row[state] == "paid" and row[paid_on] is None:
            raise Refused("paid_without_day", "paid_on")
        ordered(row)

    return check


CHECKS: dict[str, Callable[[Sequence[str]], Check]] = {
    "meters": in_order("installed_on", "removed_on"),
    "exchanges": _exchange,
    "agreements": in_order("starts_on", "ends_on"),
    "routes": _route,
    "payments": _payment,
    "settlements": _settlement,
    "commands": in_order("at", "settled_at"),
    "bills": in_order("period_start", "period_end", "issued_on", "due_on"),
}
