"""Who is supplied and on what terms: accounts, contacts, consents, agreements, locations, and cut-offs.

Names are those of IEC 61968 where it has one. Classes are independent axes: load class is not critical grade,
and neither says anything about the tariff. The network lies in `network.py`, meters and readings in `metering.py`.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime, energy, money

RESIDENTIAL, COMMERCIAL, INDUSTRIAL, AGRICULTURAL = "residential", "commercial", "industrial", "agricultural"
URBAN, RURAL, REMOTE = "urban", "rural", "remote"
POSTPAID, PREPAID_REMOTE, PREPAID_CARD, INSTALMENT = "postpaid", "prepaid_remote", "prepaid_card", "instalment"
DISCONNECT, RECONNECT = "disconnect", "reconnect"
SENT, CONFIRMED, FAILED = "sent", "confirmed", "failed"
DRAFT, IN_FORCE, ENDED = "draft", "in_force", "ended"
BOUNDARY, SETTLEMENT, OWN_GENERATION, INTERCONNECTION, SAFETY = (
    "boundary",
    "settlement",
    "own_generation",
    "interconnection",
    "safety",
)


class CustomerAccount(Base):
    """An account and the axes it is classed by. Consumption band and growth follow from what was measured.

    supply_channel: protected (居民农业保障性), agency (电网代理购电), market (市场直接交易), wholesale (趸售),
        resale (转供电下户)
    tariff_class: residential, commercial_industrial, agricultural · tariff_form: single, steps, time_of_use, two_part
    supply_form: dedicated_line (专线), dedicated_transformer (专变), public_transformer (公变)
    critical_grade: special, first, second, temporary, none; named by an authority's document of a date
    special_care: life_support, alone, aged, disabled, low_income, five_guarantees, many_persons
    """

    __tablename__ = "customer_accounts"

    account_no: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    holder_deceased_on: Mapped[date | None]
    household_persons: Mapped[int | None]
    state: Mapped[str] = mapped_column(default="in_service")
    customer_class: Mapped[str] = mapped_column(default=RESIDENTIAL)
    area: Mapped[str] = mapped_column(default=URBAN)
    supply_channel: Mapped[str] = mapped_column(default="protected")
    settlement_mode: Mapped[str] = mapped_column(default=POSTPAID)
    tariff_code: Mapped[str]
    tariff_class: Mapped[str] = mapped_column(default=RESIDENTIAL)
    tariff_form: Mapped[str] = mapped_column(default="single")
    steps: Mapped[bool] = mapped_column(default=False)
    household_of_many_until: Mapped[date | None]
    allowance_kwh: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    allowance_until: Mapped[date | None]
    capacity_kva: Mapped[Decimal | None] = mapped_column(energy())
    capacity_basis: Mapped[str | None]
    power_factor_standard: Mapped[Decimal | None] = mapped_column(energy())
    voltage: Mapped[str] = mapped_column(default="low")
    supply_form: Mapped[str] = mapped_column(default="public_transformer")
    load_class: Mapped[int] = mapped_column(default=3)
    security_load_kw: Mapped[Decimal | None] = mapped_column(energy())
    critical_grade: Mapped[str] = mapped_column(default="none")
    critical_document: Mapped[str | None]
    critical_since: Mapped[date | None]
    own_generation: Mapped[str] = mapped_column(default="none")
    distributed: Mapped[str] = mapped_column(default="none")
    distributed_kw: Mapped[Decimal | None] = mapped_column(energy())
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


class Consent(Base):
    """The holder lets somebody see or do some things of the account for some time.

    role: family, tenant, agent, electrician, accountant · `ends_on` is the last day; `ended_at` an end before it.
    `given_by` and `ended_by`: `holder`, or `staff:` with the id of who wrote it down at the desk or an office.
    """

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    phone: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    scope: Mapped[list[str]] = mapped_column(JSON, default=list)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    given_by: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CustomerAgreement(Base):
    """A supply agreement and the parts of it that are on file.

    kind: residential, low, high, temporary, wholesale, resale · state: draft, in_force, ended
    A prepaid_remote agreement carries its own thresholds (yuan of balance): below which to warn, at which to cut off.
    """

    __tablename__ = "customer_agreements"

    agreement_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=IN_FORCE)
    settlement_mode: Mapped[str] = mapped_column(default=POSTPAID)
    signed_on: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    auto_renewal: Mapped[bool] = mapped_column(default=True)
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    warn_below: Mapped[Decimal | None] = mapped_column(money())
    cut_off_at: Mapped[Decimal | None] = mapped_column(money())


class ServiceLocation(Base):
    """Where an account is supplied."""

    __tablename__ = "service_locations"

    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), primary_key=True)
    address: Mapped[str]
    village: Mapped[str] = mapped_column(index=True)
    station: Mapped[str]


class SupplyCommand(Base):
    """A remote command to disconnect or reconnect, and what became of it. This service only reads them.

    state: sent, confirmed (by the meter), failed; `settled_at` is when it became so. The notices before a
    disconnection are those of `ArrearsNotice`.
    """

    __tablename__ = "supply_commands"

    command_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    command: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
