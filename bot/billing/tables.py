"""What an account is billed by, its bills with their lines, payments, invoices and settlements of exported energy."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.base import Base, UtcDateTime, energy, money, price

PENDING, POSTED, REVERSED = "pending", "posted", "reversed"
PAID = "paid"


class ReadingRoute(Base):
    """Meters read together: on which day of the month, every month or every other. Day 31 is the last day."""

    __tablename__ = "reading_routes"

    route_no: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    station: Mapped[str]
    reading_day: Mapped[int]
    cycle_months: Mapped[int] = mapped_column(default=1)
    method: Mapped[str] = mapped_column(default="auto")


class BillingTerms(Base):
    """What of an account's agreement decides its bills, beside the classes of the account itself.

    Mixed use (定比定量): `mixed_share` of the use, or `mixed_kwh` a month, is priced by `mixed_tariff`.
    """

    __tablename__ = "billing_terms"

    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), primary_key=True)
    route_no: Mapped[str | None] = mapped_column(ForeignKey("reading_routes.route_no"), index=True)
    agreed_demand_kw: Mapped[Decimal | None] = mapped_column(energy())
    mixed_tariff: Mapped[str | None]
    mixed_share: Mapped[Decimal | None] = mapped_column(price())
    mixed_kwh: Mapped[Decimal | None] = mapped_column(energy())
    export_tariff: Mapped[str | None]


class Bill(Base):
    """One issued bill. `month` names it (the month its period ends in); the amount is the sum of its lines.

    `kwh_before`: what the same price year had priced by steps already. method: auto, manual, estimated, late.
    """

    __tablename__ = "bills"
    __table_args__ = (UniqueConstraint("account_no", "month"),)

    bill_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    month: Mapped[date]
    period_start: Mapped[date]
    period_end: Mapped[date]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    kwh: Mapped[Decimal] = mapped_column(energy())
    kwh_before: Mapped[Decimal] = mapped_column(energy(), default=Decimal(0))
    amount: Mapped[Decimal] = mapped_column(money())
    tariff_code: Mapped[str]
    tariff_name: Mapped[str]
    unverified: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str] = mapped_column(default="auto")
    power_factor: Mapped[Decimal | None] = mapped_column(energy())
    lines: Mapped[list["BillLine"]] = relationship(
        order_by="BillLine.position", lazy="selectin", cascade="all, delete-orphan"
    )


class BillLine(Base):
    """`source` is the document the price stands in, in force since `source_date`; mark: V, K or demo."""

    __tablename__ = "bill_lines"

    bill_no: Mapped[str] = mapped_column(ForeignKey("bills.bill_no", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(energy())
    unit: Mapped[str]
    unit_price: Mapped[Decimal] = mapped_column(price())
    amount: Mapped[Decimal] = mapped_column(money())
    source: Mapped[str]
    source_date: Mapped[date]
    mark: Mapped[str]


class Payment(Base):
    """Money received (`pending`), booked on the account (`posted`), or taken off it again (`reversed`).

    reason of a reversal: wrong_account (paid for somebody else's account), bank_return, duplicate.
    """

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_account_paid", "account_no", "paid_at"),)

    payment_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"))
    amount: Mapped[Decimal] = mapped_column(money())
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(default=POSTED)
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]


class Invoice(Base):
    """An invoice that was made out for a bill. kind: electronic (普通电子发票), special (专票)."""

    __tablename__ = "invoices"

    invoice_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    bill_no: Mapped[str] = mapped_column(ForeignKey("bills.bill_no"))
    kind: Mapped[str]
    title: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(money())
    issued_on: Mapped[date]


class ExportSettlement(Base):
    """What a customer is paid for energy sent into the network in one period: `pending` until `paid_on`."""

    __tablename__ = "export_settlements"
    __table_args__ = (UniqueConstraint("account_no", "month"),)

    settlement_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    month: Mapped[date]
    period_start: Mapped[date]
    period_end: Mapped[date]
    issued_on: Mapped[date]
    kwh: Mapped[Decimal] = mapped_column(energy())
    label: Mapped[str]
    unit_price: Mapped[Decimal] = mapped_column(price())
    amount: Mapped[Decimal] = mapped_column(money())
    source: Mapped[str]
    source_date: Mapped[date]
    mark: Mapped[str]
    state: Mapped[str] = mapped_column(default=PENDING)
    paid_on: Mapped[date | None]
