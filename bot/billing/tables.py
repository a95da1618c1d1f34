"""Bills with their lines, and payments."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.storage.base import Base, UtcDateTime, energy, money, price

PENDING, POSTED, REVERSED = "pending", "posted", "reversed"


class Bill(Base):
    """One issued bill. `month` names it (the month its period ends in); the amount is the sum of its lines."""

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


class Payment(Base):
    """Money received (`pending`) and booked on the account (`posted`)."""

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_account_paid", "account_no", "paid_at"),)

    payment_no: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"))
    amount: Mapped[Decimal] = mapped_column(money())
    channel: Mapped[str]
    state: Mapped[str] = mapped_column(default=POSTED)
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime)
    posted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
