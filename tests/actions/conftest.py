"""Fixtures with the demo customers, and a conversation with the actions."""

from types import SimpleNamespace

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers, load_service_matrix
from bot.fieldwork import Fieldwork, load_service_levels
from bot.identity import Identity
from bot.storage.engine import Database
from tests.actions.talk import Talk
from tests.demo_data import billing, customers, identity, phones, seeded, seeded_file  # noqa: F401


@pytest.fixture
def talk(
    clock: FixedClock,
    identity: Identity,  # noqa: F811
    billing: Billing,  # noqa: F811
    customers: Customers,  # noqa: F811
    seeded: Database,  # noqa: F811
) -> Talk:
    return Talk(
        clock,
        identity=identity,
        billing=billing,
        customers=customers,
        service_matrix=load_service_matrix(),
        fieldwork=Fieldwork(seeded, clock, load_service_levels()),
        knowledge=SimpleNamespace(policy_by_id=lambda _: None),
    )
