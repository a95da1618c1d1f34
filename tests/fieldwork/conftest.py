"""Fieldwork on both databases."""

import pytest

from bot.clock import FixedClock
from bot.fieldwork import Fieldwork, ServiceLevels, load_service_levels
from bot.storage.engine import Database


@pytest.fixture
def levels() -> ServiceLevels:
    return load_service_levels()


@pytest.fixture
def fieldwork(any_db: Database, clock: FixedClock, levels: ServiceLevels) -> Fieldwork:
    return Fieldwork(any_db, clock, levels)
