"""Fixtures with the demo customers, and a conversation with the actions."""

import pytest

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.identity import Identity
from tests.actions.talk import Talk
from tests.demo_data import billing, customers, identity, phones, seeded, seeded_file  # noqa: F401


@pytest.fixture
def talk(clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Talk:  # noqa: F811
    return Talk(clock, identity=identity, billing=billing, customers=customers)
