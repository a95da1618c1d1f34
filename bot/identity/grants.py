"""What somebody may know of an account: all of it, or what a consent says, for the time it says."""

from dataclasses import dataclass
from datetime import date

from bot.customers.tables import Consent

# What doors ask for. Whoever holds the whole account passes every one, and those without a name besides.
BILLS, BALANCE, USE, FILE, CHANGES = "bills", "balance", "use", "file", "changes"
# What a phone proven by its channel opens as well: amount due and balance, the account's own open tickets.
DUE, TICKETS = "due", "tickets"
PLACE = "place"  # where it is and what class it has: known to everybody who was let in, told to nobody by a phone alone
IMPLIED = {BALANCE: DUE, CHANGES: TICKETS}
SCOPES = (BILLS, BALANCE, USE, FILE, CHANGES)
# What each role is given where the holder does not say otherwise.
ROLES: dict[str, tuple[str, ...]] = {
    "family": (BILLS, BALANCE, USE, FILE),
    "tenant": (BILLS, BALANCE, USE),
    "agent": (BILLS, BALANCE, FILE, CHANGES),
    "electrician": (BILLS, USE, FILE),
    "accountant": (BILLS, BALANCE),
}
# A tenant sees what was used in their own term. The others see what the account ever was.
ONLY_OWN_TERM = frozenset({"tenant"})


@dataclass(frozen=True)
class Grant:
    """`scope` None is everything. `first` and `last` bound the days whose use may be seen."""

    role: str
    scope: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None
    consent_id: int | None = None

    @property
    def whole(self) -> bool:
        return self.scope is None

    def allows(self, scope: str | None) -> bool:
        """A door that names no scope is for those with the whole account."""
        return self.scope is None or scope in self.scope

    def covers(self, start: date, end: date) -> bool:
        """Whether days from `start` to `end`, both included, lie wholly within what may be seen."""
        return (self.first is None or self.first <= start) and (self.last is None or end <= self.last)


WHOLE = Grant("holder")


def grant_of(consent: Consent) -> Grant:
    """What a consent gives to whoever types a code sent to its phone."""
    first, last = (consent.starts_on, consent.ends_on) if consent.role in ONLY_OWN_TERM else (None, None)
    scope = {*consent.scope, PLACE, *(IMPLIED[name] for name in consent.scope if name in IMPLIED)}
    return Grant(consent.role, frozenset(scope), first, last, consent.id)


def level_1(grant: Grant) -> Grant:
    """What is left of a grant where only the channel proves the phone."""
    scope = frozenset(name for name in (DUE, TICKETS) if grant.allows(name))
    return Grant(grant.role, scope, grant.first, grant.last)
