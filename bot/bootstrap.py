"""What is plugged together: the one place that knows which real parts the house is built of."""

import secrets
from dataclasses import dataclass
from functools import cached_property

from bot.billing import Billing, load_tariffs
from bot.clock import Clock, NewId, new_id
from bot.conversations.guard import HazardGuard
from bot.conversations.handling import Handling
from bot.conversations.intake import Intake
from bot.conversations.outbox import Outbox
from bot.conversations.service import Conversations
from bot.conversations.thread import Thread
from bot.conversations.timeouts import Timeouts
from bot.conversations.turns import Turns
from bot.customers import Customers
from bot.diagnosis import Diagnosis, load_fault_models
from bot.fieldwork import Fieldwork, HazardDesk, load_service_levels
from bot.identity import Identity
from bot.knowledge import Knowledge, PolicyLibrary
from bot.outages import Outages, Places
from bot.quality.feedback import Feedback
from bot.replies.render import Renderer
from bot.secrets import installation_secret
from bot.settings import Settings
from bot.staff import Staff
from bot.storage.engine import Database
from bot.supplier import Referrals, Supplier, load_referrals, load_supplier

LEASE_MARGIN_SECONDS = 30


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

    @cached_property
    def referrals(self) -> Referrals:
        return load_referrals()

    @cached_property
    def customers(self) -> Customers:
        return Customers(self.db, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.db, self.clock, self.new_id)

    @cached_property
    def identity(self) -> Identity:
        return Identity(self.db, self.clock, self.settings, self.outbox, installation_secret(self.settings))

    @cached_property
    def billing(self) -> Billing:
        return Billing(self.db, self.clock, load_tariffs())

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(PolicyLibrary(), self.db, self.clock)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        return Diagnosis(load_fault_models(), meter_box_self_reset=self.settings.meter_box_self_reset)

    @cached_property
    def outages(self) -> Outages:
        return Outages(self.db, self.clock)

    @cached_property
    def places(self) -> Places:
        return Places(self.db, self.clock)

    @cached_property
    def fieldwork(self) -> Fieldwork:
        return Fieldwork(self.db, self.clock, load_service_levels())

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self.db, self.clock)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.db, self.clock, self.new_id, self.settings, installation_secret(self.settings))

    @cached_property
    def thread(self) -> Thread:
        return Thread(self.clock, self.new_id, Renderer(self.supplier, self.clock))

    @cached_property
    def turns(self) -> Turns:
        """Leases are held in the name of this process and outlast the longest turn."""
        lease = self.settings.turn_timeout_seconds + LEASE_MARGIN_SECONDS
        return Turns(self.db, self.clock, self.thread, secrets.token_hex(8), lease)

    @cached_property
    def guard(self) -> HazardGuard:
        return HazardGuard(self.db, self.clock, self.thread, self.turns, HazardDesk(self.fieldwork))

    @cached_property
    def conversations(self) -> Conversations:
        intake = Intake(self.db, self.clock, self.thread, self.settings.messages_per_minute)
        return Conversations(self.db, self.clock, self.new_id, self.thread, intake, self.guard)

    @cached_property
    def handling(self) -> Handling:
        return Handling(self.db, self.clock, self.thread, self.turns)

    @cached_property
    def timeouts(self) -> Timeouts:
        return Timeouts(self.db, self.clock, self.thread, self.handling, self.settings.customer_idle_minutes)


def build(settings: Settings) -> House:
    """The house of this process. Nothing is opened before it is used."""
    return House(settings, settings.clock(), Database(settings.effective_database_url))
