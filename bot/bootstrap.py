"""What is plugged together: the one place that knows which real parts the house is built of."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.audit import Audit, load_rules
from bot.audit.notices import OutboxNotices
from bot.billing import Billing, Tariffs, load_tariffs, tariff_figures
from bot.channels.demo.sms import DemoSmsDriver
from bot.channels.sms.channel import SmsChannel
from bot.channels.sms.contacts import proven_phone
from bot.channels.sms.setup import Rooms, sms_channel
from bot.channels.wechat.carrier import MAX_BYTES
from bot.channels.wechat.followers import Followers
from bot.channels.wechat.parts import WechatParts, account_of, wechat_parts
from bot.channels.wechat.profile import load_wechat_profile
from bot.channels.wechat.reception import CALL_SECONDS
from bot.clock import Clock, NewId, new_id
from bot.conversations.addresses import Addresses
from bot.conversations.carriers import Carrier
from bot.conversations.guard import HazardGuard
from bot.conversations.handling import Handling
from bot.conversations.intake import Intake
from bot.conversations.joining import Joining
from bot.conversations.outbox import Outbox, Way
from bot.conversations.pictures import Pictures
from bot.conversations.service import Conversations
from bot.conversations.thread import Thread
from bot.conversations.timeouts import Timeouts
from bot.conversations.turns import Turns
from bot.conversations.wordless import Wordless
from bot.customers import Customers, ServiceMatrix, load_service_matrix
from bot.diagnosis import Diagnosis, load_fault_models
from bot.fieldwork import AlarmTexts, Fieldwork, HazardDesk, ServiceLevels, level_figures, load_service_levels
from bot.identity import Identity, ProvenPhone
from bot.identity.changes import Changes
from bot.knowledge import Knowledge, PolicyLibrary
from bot.outages import Outages, Places
from bot.quality.feedback import Feedback
from bot.quality.unclear import Unclear
from bot.replies.render import Renderer
from bot.secrets import installation_secret
from bot.settings import Settings
from bot.sources import ServiceClient, SourcedIdentity, SupplierService
from bot.staff import Staff
from bot.storage.daily import DailyJobs
from bot.storage.engine import Database
from bot.supplier import DEMO_FOLDER, FOLDER, OnDuty, Referrals, Supplier, SupplierFiles, load_referrals
from bot.supplier.climate import load_climate

WECHAT = "wechat"
WAYS = {WECHAT: Way(call_seconds=CALL_SECONDS, merge_bytes=MAX_BYTES)}
DAILY_LEASE = timedelta(hours=2)  # longer than any daily job takes
LEASE_SECONDS = 8  # renewed every second: after a kill the next process goes on this much later


@dataclass(frozen=True)
class House:
    """The parts of one process. Each is built when first asked for, so a command pays only for what it uses."""

    settings: Settings
    clock: Clock
    db: Database
    new_id: NewId = new_id

    @cached_property
    def supplier_files(self) -> SupplierFiles:
        """In demo mode the demo's files go before the real ones, which are honest about what is not filled in."""
        return SupplierFiles((DEMO_FOLDER, FOLDER) if self.settings.demo else (FOLDER,))

    @property
    def supplier(self) -> Supplier:
        """As its files stand now. What lives longer than a moment takes `supplier_files.supplier` and asks again."""
        return self.supplier_files.supplier()

    @property
    def duty(self) -> OnDuty:
        """When people sit at the desk."""
        return self.supplier_files.duty

    @cached_property
    def referrals(self) -> Referrals:
        return load_referrals()

    @cached_property
    def customers(self) -> Customers:
        return Customers(self.db, self.clock)

    @cached_property
    def service_matrix(self) -> ServiceMatrix:
        return load_service_matrix()

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.db, self.clock, self.new_id, WAYS)

    @cached_property
    def carriers(self) -> dict[str, Carrier]:
        """The way out of each channel that goes by itself: the web's page reads the thread, SMS has its own post."""
        return {WECHAT: self.wechat.carrier} if self.wechat is not None else {}

    @cached_property
    def sms(self) -> SmsChannel | None:
        """None where no carrier is set up; the demo's delivers to the demo phone."""
        rooms = Rooms(
            self.db,
            self.clock,
            self.new_id,
            self.outbox,
            self.conversations,
            self.intake,
            self.thread,
            self.supplier,
            installation_secret(self.settings),
        )
        return sms_channel(self.settings, rooms, self.demo_sms if self.settings.demo else None)

    @cached_property
    def wechat(self) -> WechatParts | None:
        """None where no official account is set up."""
        account = account_of(self.settings, installation_secret(self.settings))
        if account is None:
            return None
        return wechat_parts(account, self.db, self.clock, self.pictures, self.wordless, self.followers.tell_elsewhere)

    @cached_property
    def followers(self) -> Followers:
        profile, supplier = load_wechat_profile(), self.supplier_files.supplier
        return Followers(self.db, self.clock, self.new_id, self.outbox, self.identity, profile, supplier)

    @cached_property
    def demo_sms(self) -> DemoSmsDriver:
        return DemoSmsDriver(self.db, self.clock)

    def proven_by_channel(self, conversation_id: str) -> tuple[ProvenPhone, ...]:
        """Level 1: what a phone just proved by its carrier opens in this conversation, or the WeChat bound to it."""
        phone = proven_phone(self.db, self.clock, conversation_id)
        if phone is not None:
            return self.identity.accounts_of_proven_phone(phone)
        channel, address = self.conversations.reached_by(conversation_id)
        bound = channel == WECHAT and address is not None
        return self.identity.bindings.accounts_of(channel, address or "") if bound else ()

    @cached_property
    def joining(self) -> Joining:
        return Joining(self.db, self.clock, installation_secret(self.settings))

    @property
    def has_wechat(self) -> bool:
        return account_of(self.settings, installation_secret(self.settings)) is not None

    @cached_property
    def identity(self) -> Identity:
        parts = (self.db, self.clock, self.settings, self.outbox, installation_secret(self.settings))
        if self.supplier_service is None:
            return Identity(*parts)
        identity = SourcedIdentity(*parts)
        identity.source = self.supplier_service
        return identity

    @cached_property
    def supplier_service(self) -> SupplierService | None:
        """None where accounts and bills are those of the built-in database."""
        settings = self.settings
        if not settings.source_url:
            return None
        client = ServiceClient(settings.source_url, settings.source_key, settings.source_timeout_seconds, self.clock)
        fresh_for = timedelta(seconds=settings.source_fresh_seconds)
        return SupplierService(self.db, self.clock, client, Changes(self.clock, self.outbox), fresh_for)

    @cached_property
    def billing(self) -> Billing:
        return Billing(self.db, self.clock, self.tariffs, load_climate(), self.supplier_service)

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(PolicyLibrary(figures=self.figures, clock=self.clock), self.db, self.clock)

    @cached_property
    def tariffs(self) -> Tariffs:
        return load_tariffs()

    @cached_property
    def service_levels(self) -> ServiceLevels:
        return load_service_levels()

    def figures(self, day: date) -> Mapping[str, str]:
        """The prices of that day and the time limits, by the names policies call them by."""
        return tariff_figures(self.tariffs, day) | level_figures(self.service_levels)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        return Diagnosis(load_fault_models(), meter_box_self_reset=lambda: self.supplier.meter_box_self_reset)

    @cached_property
    def outages(self) -> Outages:
        return Outages(self.db, self.clock)

    @cached_property
    def places(self) -> Places:
        return Places(self.db, self.clock)

    @cached_property
    def fieldwork(self) -> Fieldwork:
        files = self.supplier_files
        texts = AlarmTexts(self.outbox, files.supplier, files.calendar)
        return Fieldwork(self.db, self.clock, self.service_levels, calendar=files.calendar, texts=texts)

    @cached_property
    def audit(self) -> Audit:
        renderer = Renderer(self.supplier_files.supplier, self.clock)
        notices = OutboxNotices(self.db, self.customers, self.outbox, renderer)
        return Audit(self.db, self.clock, self.fieldwork, notices, load_rules())

    @cached_property
    def daily_jobs(self) -> DailyJobs:
        return DailyJobs(self.db, self.clock, DAILY_LEASE)

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self.db, self.clock)

    @cached_property
    def unclear(self) -> Unclear:
        return Unclear(self.db, self.clock)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.db, self.clock, self.new_id, self.settings, installation_secret(self.settings))

    @cached_property
    def thread(self) -> Thread:
        return Thread(self.clock, self.new_id, Renderer(self.supplier_files.supplier, self.clock), self.outbox)

    @cached_property
    def turns(self) -> Turns:
        """Leases are held in the name of this process, which renews them while it lives."""
        return Turns(self.db, self.clock, self.thread, secrets.token_hex(8), LEASE_SECONDS, self.duty)

    @cached_property
    def guard(self) -> HazardGuard:
        return HazardGuard(self.db, self.clock, self.thread, self.turns, HazardDesk(self.fieldwork))

    @cached_property
    def intake(self) -> Intake:
        addresses = Addresses(self.clock, self.new_id)
        return Intake(self.db, self.clock, self.thread, addresses, self.settings.messages_per_minute)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self.db, self.clock, self.new_id, self.thread, self.intake, self.guard, self.duty)

    @cached_property
    def pictures(self) -> Pictures:
        return Pictures(self.db, self.clock, self.new_id, self.wordless)

    @cached_property
    def wordless(self) -> Wordless:
        return Wordless(self.db, self.thread, self.intake)

    @cached_property
    def handling(self) -> Handling:
        return Handling(self.db, self.clock, self.thread, self.turns, self.duty)

    @cached_property
    def timeouts(self) -> Timeouts:
        idle = self.settings.customer_idle_minutes
        return Timeouts(self.db, self.clock, self.thread, self.handling, idle, self.duty)


def build(settings: Settings) -> House:
    """The house of this process. Nothing is opened before it is used."""
    return House(settings, settings.clock(), Database(settings.effective_database_url))
