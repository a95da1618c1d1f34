"""Who is supplied, where, through what: accounts, contacts, agreements, locations and the network.

Names are those of IEC 61968 where it has one. Classes are independent axes: load class is not critical grade,
and neither says anything about the tariff. Meters and their readings lie in `metering.py`.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime, energy

RESIDENTIAL, COMMERCIAL, INDUSTRIAL, AGRICULTURAL = "residential", "commercial", "industrial", "agricultural"
URBAN, RURAL, REMOTE = "urban", "rural", "remote"
POSTPAID, PREPAID_REMOTE, PREPAID_CARD, INSTALMENT = "postpaid", "prepaid_remote", "prepaid_card", "instalment"
DISCONNECT, RECONNECT = "disconnect", "reconnect"
SENT, CONFIRMED, FAILED = "sent", "confirmed", "failed"


class CustomerAccount(Base):
    """An account and the axes it is classed by."""

    __tablename__ = "customer_accounts"

    account_no: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    state: Mapped[str] = mapped_column(default="in_service")
    customer_class: Mapped[str] = mapped_column(default=RESIDENTIAL)
    area: Mapped[str] = mapped_column(default=URBAN)
    supply_channel: Mapped[str] = mapped_column(default="protected")
    settlement_mode: Mapped[str] = mapped_column(default=POSTPAID)
    tariff_code: Mapped[str]
    steps: Mapped[bool] = mapped_column(default=False)
    household_of_many_until: Mapped[date | None]
    allowance_kwh: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    allowance_until: Mapped[date | None]
    capacity_kva: Mapped[Decimal | None] = mapped_column(energy())
    capacity_basis: Mapped[str | None]
    power_factor_standard: Mapped[Decimal | None] = mapped_column(energy())
    voltage: Mapped[str] = mapped_column(default="low")
    load_class: Mapped[int] = mapped_column(default=3)
    security_load_kw: Mapped[Decimal | None] = mapped_column(energy())
    critical_grade: Mapped[str] = mapped_column(default="none")
    own_generation: Mapped[str] = mapped_column(default="none")
    special_care: Mapped[list[str]] = mapped_column(JSON, default=list)
    account_manager: Mapped[str | None]
    reading_cycle_months: Mapped[int] = mapped_column(default=1)
    opened_on: Mapped[date | None]


class AccountAlias(Base):
    """A former number of an account, still accepted."""

    __tablename__ = "account_aliases"

    alias: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)


class Contact(Base):
    """A person reached by phone for an account. `registered` phones receive one-time codes."""

    __tablename__ = "contacts"

    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), primary_key=True)
    phone: Mapped[str] = mapped_column(primary_key=True, index=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="holder")
    registered: Mapped[bool] = mapped_column(default=True)
    consent_until: Mapped[date | None]


class CustomerAgreement(Base):
    """A supply agreement and the parts of it that are on file."""

    __tablename__ = "customer_agreements"

    agreement_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    kind: Mapped[str]
    signed_on: Mapped[date]
    ends_on: Mapped[date | None]
    auto_renewal: Mapped[bool] = mapped_column(default=True)
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)


class ServiceLocation(Base):
    """Where an account is supplied."""

    __tablename__ = "service_locations"

    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), primary_key=True)
    address: Mapped[str]
    village: Mapped[str] = mapped_column(index=True)
    station: Mapped[str]


class NetworkNode(Base):
    """One piece of the network: substation, feeder, section, transformer, branch or box."""

    __tablename__ = "network_nodes"

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str | None] = mapped_column(index=True)
    owner: Mapped[str] = mapped_column(default="supplier")
    manager: Mapped[str | None]
    manager_phone: Mapped[str | None]


class UsagePoint(Base):
    """Where energy is delivered, with the whole path of network codes above it. A dual supply has two points."""

    __tablename__ = "usage_points"

    code: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    role: Mapped[str] = mapped_column(default="main")
    substation: Mapped[str]
    feeder: Mapped[str] = mapped_column(index=True)
    section: Mapped[str]
    transformer: Mapped[str] = mapped_column(index=True)
    branch: Mapped[str | None]
    box: Mapped[str | None] = mapped_column(index=True)
    phase: Mapped[str] = mapped_column(default="ABC")


class SupplyCommand(Base):
    """A remote command to disconnect or reconnect, and what became of it. This service only reads them."""

    __tablename__ = "supply_commands"

    command_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    command: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArrearsNotice(Base):
    """A notice about money owed: dunning, written (3 to 7 days before), half_hour before, low_balance."""

    __tablename__ = "arrears_notices"

    notice_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    kind: Mapped[str]
    medium: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered: Mapped[bool] = mapped_column(default=True)


class DemoSeed(Base):
    """Which day the demo rows of a part were last dated for, so that seeding again does only what is due."""

    __tablename__ = "demo_seed"

    part: Mapped[str] = mapped_column(primary_key=True)
    dated_for: Mapped[date]
    content: Mapped[str]
