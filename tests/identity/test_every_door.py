"""Every table that tells of an account is behind a listed door or listed as nobody's to read; no door tells of two."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Table, select

import bot
from bot.billing import Billing
from bot.clock import FixedClock
from bot.errors import InvalidInput, NotAllowed, NotFound
from bot.fieldwork import Fieldwork, NewTicket, load_service_levels
from bot.identity import Identity, VerifiedAccount
from bot.identity.bindings import Bindings
from bot.identity.consents import Consents, Guest
from bot.outages import Outages
from bot.storage.base import Base
from bot.storage.engine import Database
from tests.demo_data import Phones, prove

# Between them they have a row in every table behind a door.
ACCOUNTS = (
    "4100000025",
    "4100000074",
    "4100000082",
    "4100000116",
    "4100000132",
    "4100000165",
    "4100000181",
    "4100000207",
)
REFERS = {"account_no", "account_nos"}
ROOT_TABLE = "customer_accounts"


@dataclass(frozen=True)
class Rooms:
    db: Database
    identity: Identity
    billing: Billing
    fieldwork: Fieldwork
    outages: Outages

    def tickets(self, proof: VerifiedAccount) -> Any:
        key = f"planted:{proof.account_no}"
        self.fieldwork.open_ticket(NewTicket(kind="repair", request_key=key, account_no=proof.account_no))
        return self.fieldwork.of_account(proof)

    def bound(self, proof: VerifiedAccount) -> Any:
        address = f"openid-{proof.account_no}"
        self.identity.bindings.bind("wechat", address, proof.account_no, proof, request_key=f"bind:{address}")
        return self.identity.bindings.accounts_of("wechat", address)

    def consents(self, proof: VerifiedAccount) -> Any:
        guest = Guest(f"139{proof.account_no[-8:]}", "family")
        self.identity.consents.let_in(proof, guest, f"let-in:{proof.account_no}")
        return self.identity.consents.current(proof)


Door = Callable[[Rooms, VerifiedAccount], Any]
YEAR = date(2026, 1, 1), date(2026, 12, 1)
FILE = {
    "customer_accounts",
    "account_aliases",
    "service_locations",
    "usage_points",
    "supply_points",
    "meters",
    "meter_exchanges",
    "meter_tests",
    "contacts",
    "customer_agreements",
}
# A door by its method, the tables it reads, and how it is opened.
DOORS: dict[str, tuple[set[str], Door]] = {
    "Identity.file": (FILE, lambda rooms, proof: rooms.identity.file(proof)),
    "Identity.location": ({"service_locations"}, lambda rooms, proof: rooms.identity.location(proof)),
    "Identity.axes": ({"customer_accounts"}, lambda rooms, proof: rooms.identity.axes(proof)),
    "Identity.manager": ({"customer_accounts"}, lambda rooms, proof: rooms.identity.manager(proof)),
    "Identity.trend": ({"customer_accounts"}, lambda rooms, proof: rooms.identity.trend(proof)),
    "Identity.phone_behind": ({"contacts"}, lambda rooms, proof: rooms.identity.phone_behind(proof)),
    "Consents.current": ({"consents"}, Rooms.consents),
    "Bindings.bind": ({"channel_bindings"}, Rooms.bound),
    "Billing.tariff": ({"customer_accounts"}, lambda rooms, proof: rooms.billing.tariff(proof)),
    "Billing.bill": ({"bills", "bill_lines"}, lambda rooms, proof: rooms.billing.bill(proof)),
    "Billing.bills": ({"bills"}, lambda rooms, proof: rooms.billing.bills(proof, *YEAR)),
    "Billing.settlements": ({"export_settlements"}, lambda rooms, proof: rooms.billing.settlements(proof)),
    "Billing.not_billed_yet": ({"meter_readings"}, lambda rooms, proof: rooms.billing.not_billed_yet(proof)),
    "Billing.balance": ({"bills", "payments"}, lambda rooms, proof: rooms.billing.balance(proof)),
    "Billing.arrears": ({"bills", "arrears_notices"}, lambda rooms, proof: rooms.billing.arrears(proof)),
    "Billing.supply": ({"supply_commands"}, lambda rooms, proof: rooms.billing.supply(proof)),
    "Billing.payment_status": ({"payments"}, lambda rooms, proof: rooms.billing.payment_status(proof)),
    "Billing.invoices": ({"invoices"}, lambda rooms, proof: rooms.billing.invoices(proof)),
    "Billing.usage": ({"meter_readings"}, lambda rooms, proof: rooms.billing.usage(proof)),
    "Billing.usage_between": ({"meter_readings"}, lambda rooms, proof: rooms.billing.usage_between(proof, *YEAR)),
    "Billing.used_on": ({"meter_readings"}, lambda rooms, proof: rooms.billing.used_on(proof, date(2026, 11, 20))),
    "Billing.explain_high": ({"bills"}, lambda rooms, proof: rooms.billing.explain_high(proof)),
    "Billing.savings": ({"bills", "meter_readings"}, lambda rooms, proof: rooms.billing.savings(proof)),
    "Fieldwork.of_account": ({"trouble_tickets"}, Rooms.tickets),
}

# What a proof changes; `theirs` is another customer's account.
Act = Callable[[Rooms, VerifiedAccount, str, int], Any]
ACTS: dict[str, Act] = {
    "Consents.let_in": lambda r, mine, theirs, _: r.identity.consents.let_in(mine, Guest("13911110000", "family"), "k"),
    "Consents.one": lambda r, mine, theirs, consent: r.identity.consents.one(mine, consent),
    "Consents.end": lambda r, mine, theirs, consent: r.identity.consents.end(mine, consent, "k"),
    "Consents.leave": lambda r, mine, theirs, _: r.identity.consents.leave(mine, "k"),
    "Bindings.bind": lambda r, mine, theirs, _: r.identity.bindings.bind("wechat", "o", theirs, mine, request_key="k"),
    "Bindings.unbind_others": lambda r, mine, theirs, _: r.identity.bindings.unbind_others(
        mine, "web", None, request_key="k"
    ),
    "Outages.wish_notices": lambda r, mine, theirs, _: r.outages.wish_notices(mine, wished=False),
}
ROOMS: tuple[type, ...] = (Identity, Consents, Bindings, Billing, Fieldwork, Outages)

# Tables no customer reads, and why.
INTERNAL = {
    "account_changes": "what was changed by whom, kept as evidence; the registered phones are told by SMS",
    "appointments": "read by the number of a ticket that its own door has opened",
    "audit_findings": "the nightly audit's, worked on by staff as tickets",
    "billing_terms": "what the tariff engine reckons with; told only as lines of a bill",
    "desk_alarms": "for the people at the desk",
    "hazard_reports": "what a danger ticket was opened on; for the people at the desk",
    "no_power_reports": "counted into suspected outages, never told singly",
    "one_time_codes": "identity's own: what was sent and tried",
    "outage_subscriptions": "read by the sender of notices; a proof changes the own one",
    "sealed_subjects": "of restricted tickets, for named roles alone, never on the account's side",
    "ticket_events": "read by the number of a ticket that its own door has opened",
    "verifications": "identity's own: what is proved",
}


def tables_of_accounts() -> dict[str, Table]:
    """Every mapped table that names an account or hangs on one by foreign keys, however far."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name.endswith(".tables") or module.name.startswith("bot.customers."):
            importlib.import_module(module.name)
    tables = dict(Base.metadata.tables)
    found = {name for name, table in tables.items() if REFERS & set(table.columns.keys())} | {ROOT_TABLE}
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in found and any(key.column.table.name in found for key in table.foreign_keys)
        }
        if not more:
            return {name: tables[name] for name in found}
        found |= more


def takes_a_proof(method: Any) -> bool:
    return inspect.isfunction(method) and any("Proof" in note or "VerifiedAccount" in note for note in _notes(method))


def _notes(method: Any) -> Iterator[str]:
    for parameter in inspect.signature(method).parameters.values():
        yield str(getattr(parameter.annotation, "__name__", parameter.annotation))


def told(found: Any) -> str:
    """All that an answer holds, as text, with the rows in it."""
    if hasattr(found, "__table__"):
        return repr({column.name: getattr(found, column.name) for column in found.__table__.columns})
    if is_dataclass(found) and not isinstance(found, type):
        return " ".join(told(getattr(found, field.name)) for field in fields(found))
    if isinstance(found, list | tuple):
        return " ".join(told(item) for item in found)
    return repr(found)


def marks(db: Database) -> dict[str, set[str]]:
    """What tells an account from all others: its number and the keys of its rows."""
    held: dict[str, set[str]] = {}
    with db.read() as session:
        for table in tables_of_accounts().values():
            if "account_no" not in table.columns:
                continue
            keys = [column for column in table.primary_key if column.type.python_type is str]
            for row in session.execute(select(table.c.account_no, *keys)):
                if row[0]:
                    held.setdefault(row[0], set()).update(str(value) for value in row if len(str(value)) >= 6)
    shared = Counter(mark for own in held.values() for mark in own)
    return {account_no: {mark for mark in own if shared[mark] == 1} for account_no, own in held.items()}


def speaks_of(text: str, own: set[str]) -> set[str]:
    return {mark for mark in own if re.search(rf"(?<![0-9A-Za-z]){re.escape(mark)}(?![0-9A-Za-z])", text)}


@pytest.fixture
def rooms(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing) -> Rooms:
    fieldwork = Fieldwork(seeded, clock, load_service_levels())
    return Rooms(seeded, identity, billing, fieldwork, Outages(seeded, clock))


def test_every_table_of_an_account_has_a_door_or_a_reason() -> None:
    behind = {table for tables, _ in DOORS.values() for table in tables}
    assert behind | set(INTERNAL) == set(tables_of_accounts())
    assert not behind & set(INTERNAL)


def test_every_method_that_takes_a_proof_is_listed() -> None:
    found = {f"{room.__name__}.{name}" for room in ROOMS for name, m in vars(room).items() if takes_a_proof(m)}
    assert {name for name in found if not name.split(".")[1].startswith("_")} == set(DOORS) | set(ACTS)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_tells_of_one_account_alone(door: str, rooms: Rooms, phones: Phones) -> None:
    opened = {}
    for account_no in ACCOUNTS:
        opened[account_no] = told(DOORS[door][1](rooms, prove(rooms.identity, phones, account_no)))
    known = marks(rooms.db)
    for account_no, text in opened.items():
        others = set().union(*(own for other, own in known.items() if other != account_no))
        assert speaks_of(text, others) == set(), account_no
    assert len(set(opened.values())) > 1, "a door that tells everybody the same proves nothing"


@pytest.mark.parametrize("door", ["Identity.file", "Billing.bill", "Fieldwork.of_account", "Consents.current"])
def test_another_account_would_be_noticed(door: str, rooms: Rooms, phones: Phones) -> None:
    """The marks that are looked for are those the doors tell."""
    mine, theirs = (prove(rooms.identity, phones, account_no) for account_no in ACCOUNTS[:2])
    text = told(DOORS[door][1](rooms, mine))
    own = marks(rooms.db)
    assert speaks_of(text, own[mine.account_no]) and not speaks_of(text, own[theirs.account_no])


@pytest.mark.parametrize("act", ACTS)
def test_what_a_proof_changes_is_its_own_account(act: str, rooms: Rooms, phones: Phones) -> None:
    mine, theirs = (prove(rooms.identity, phones, account_no) for account_no in ACCOUNTS[:2])
    consent = rooms.consents(theirs)[0].id
    rooms.bound(theirs)
    rooms.outages.wish_notices(theirs, wished=True)
    before = rows_of(rooms.db, theirs.account_no)
    try:
        ACTS[act](rooms, mine, theirs.account_no, consent)
    except (NotAllowed, NotFound, InvalidInput):
        assert act in ("Consents.one", "Consents.end", "Consents.leave", "Bindings.bind")
    assert rows_of(rooms.db, theirs.account_no) == before


def rows_of(db: Database, account_no: str) -> dict[str, list[str]]:
    tables = {name: table for name, table in tables_of_accounts().items() if "account_no" in table.columns}
    with db.read() as session:
        return {
            name: sorted(repr(tuple(row)) for row in session.execute(select(t).where(t.c.account_no == account_no)))
            for name, t in tables.items()
        }
