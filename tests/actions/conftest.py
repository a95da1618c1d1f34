"""Fixtures with the demo customers, and a conversation with the actions."""

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers, load_service_matrix
from bot.fieldwork import Fieldwork, load_service_levels
from bot.identity import Identity
from bot.knowledge import Knowledge
from bot.outages import Outages
from bot.storage.engine import Database
from tests.actions.talk import Talk
from tests.demo_data import billing, customers, identity, phones, seeded, seeded_file  # noqa: F401
from tests.knowledge.conftest import figures, knowledge  # noqa: F401


@pytest.fixture
def talk(
    seeded: Database,  # noqa: F811
    clock: FixedClock,
    identity: Identity,  # noqa: F811
    billing: Billing,  # noqa: F811
    customers: Customers,  # noqa: F811
    knowledge: Knowledge,  # noqa: F811
) -> Talk:
    return Talk(
        clock,
        identity=identity,
        billing=billing,
        customers=customers,
        outages=Outages(seeded, clock),
        knowledge=knowledge,
        service_matrix=load_service_matrix(),
        fieldwork=Fieldwork(seeded, clock, load_service_levels()),
    )
