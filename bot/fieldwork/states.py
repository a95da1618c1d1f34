"""The states of a ticket and which may follow which."""

ACCEPTED, DISPATCHED, TAKEN, ON_SITE = "accepted", "dispatched", "taken", "on_site"
SUSPENDED, DONE, CLOSED, CANCELLED = "suspended", "done", "closed", "cancelled"

FOLLOWS: dict[str, frozenset[str]] = {
    ACCEPTED: frozenset({DISPATCHED, SUSPENDED, DONE, CANCELLED}),
    DISPATCHED: frozenset({ACCEPTED, TAKEN, ON_SITE, SUSPENDED, CANCELLED}),
    TAKEN: frozenset({ACCEPTED, ON_SITE, SUSPENDED, CANCELLED}),
    ON_SITE: frozenset({SUSPENDED, DONE}),
    SUSPENDED: frozenset({ACCEPTED, DISPATCHED, CANCELLED}),
    DONE: frozenset({ACCEPTED, CLOSED}),
    CLOSED: frozenset(),
    CANCELLED: frozenset(),
}
OPEN = (ACCEPTED, DISPATCHED, TAKEN, ON_SITE, SUSPENDED)
# Once somebody stands on the spot there is nothing left to move or call off.
BEFORE_ARRIVAL = (ACCEPTED, DISPATCHED, TAKEN, SUSPENDED)


def may_follow(state: str, following: str) -> bool:
    return following in FOLLOWS[state]
