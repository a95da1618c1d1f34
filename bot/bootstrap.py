"""What is plugged together: the one place that knows which real parts the house is built of."""

import os
import secrets
from dataclasses import dataclass
from functools import cached_property

from bot.billing import Billing, load_tariffs
from bot.clock import Clock, NewId, new_id
from bot.conversations.guard import HazardGuard
from bot.conversations.intake import Intake
from bot.conversations.outbox import Outbox
from bot.conversations.service import Conversations
from bot.conversations.thread import Thread
from bot.conversations.turns import Turns
from bot.customers import Customers
from bot.diagnosis import Diagnosis, load_fault_models
from bot.fieldwork import Fieldwork, load_service_levels
from bot.identity import Identity
from bot.knowledge.library import PolicyLibrary
from bot.knowledge.service import Knowledge
from bot.outages import Outages
from bot.replies.render import Renderer
from bot.settings import ROOT, Settings
from bot.storage.engine import Database
from bot.supplier import Supplier, load_supplier


@dataclass(frozen=True)
class House:
    """The parts of one process. Each is built when first asked for, so a command pays only for what it uses."""

    settings: Settings
    clock: Clock
    db: Database
    new_id: NewId = new_id

    @cached_property
    def supplier(self) -> Supplier:
        return load_supplier()


def build(settings: Settings) -> House:
    return House(settings, settings.clock(), Database(settings.effective_database_url))
