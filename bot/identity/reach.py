"""Who may know an account, as staff are shown it: phones, consents, bindings, and what was changed by whom.

Not a door for customers. Whoever reads it for a person of the desk puts that on the audit trail first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.customers import Customers
from bot.customers.tables import Consent, Contact, CustomerAccount, ServiceLocation
from bot.identity.bindings import Bindings
from bot.identity.changes import Changes
from bot.identity.tables import AccountChange
from bot.storage.engine import Database

CHANGES_SHOWN = 20


@dataclass(frozen=True)
class Bound:
    """An address bound to the account. `holds`: the phone it rests on may still prove the account."""

    key: str
    channel: str
    address: str
    bound_at: datetime
    holds: bool


@dataclass(frozen=True)
class Reach:
    """`phones` are the registered contacts, each with whether it still proves the account; the newest change first.

    `seen` is the last change: what an act at the desk is compared with.
    """

    account: CustomerAccount
    location: ServiceLocation | None
    phones: tuple[tuple[Contact, bool], ...]
    consents: tuple[Consent, ...]
    bindings: tuple[Bound, ...]
    changes: tuple[AccountChange, ...]
    seen: int


def read_reach(
    db: Database,
    account_no: str,
    customers: Customers,
    changes: Changes,
    bindings: Bindings,
    key: Callable[[str, str], str],
) -> Reach:
    """NotFound where there is no such account. What changes while this is read makes `seen` old, never new."""
    with db.read() as session:
        seen = changes.newest(session, account_no)
        query = select(AccountChange).where(AccountChange.account_no == account_no).order_by(AccountChange.id.desc())
        recent = tuple(session.scalars(query.limit(CHANGES_SHOWN)))
    proving = {contact.phone for contact in customers.registered_contacts(account_no)}
    holding = set(bindings.addresses_of(account_no))
    bound = [
        Bound(
            key("binding", f"{row.channel}:{row.address}"),
            row.channel,
            row.address,
            row.bound_at,
            (row.channel, row.address) in holding,
        )
        for row in bindings.rows(account_no)
    ]
    return Reach(
        account=customers.account(account_no),
        location=customers.location(account_no),
        phones=tuple((c, c.phone in proving) for c in customers.contacts(account_no) if c.registered),
        consents=tuple(customers.consents(account_no)),
        bindings=tuple(bound),
        changes=recent,
        seen=seen,
    )
