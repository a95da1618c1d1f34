"""Bills, balances, usage and payments. Every amount comes with the period it was used in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.replies.cards.base import Card


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class LineItem(Item):
    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal


class BillItem(Item):
    month: date
    period_start: date
    period_end: date
    issued_on: date
    due_on: date
    kwh: Decimal
    amount: Decimal


class OwedItem(Item):
    """A bill and what of it is not paid."""

    bill: BillItem
    amount: Decimal


class EstimateItem(Item):
    """About how much was used since the last bill, by the end of the day `to`."""

    start: date
    to: date
    kwh: Decimal
    amount: Decimal


class PaymentItem(Item):
    amount: Decimal
    channel: str
    state: str
    paid_at: datetime
    posted_at: datetime | None


class BillCard(Card):
    """One bill with its lines. `unverified`: a price of it waits for the supplier's confirmation."""

    kind: Literal["bill"] = "bill"
    account_no: str
    bill: BillItem
    lines: list[LineItem]
    tariff_name: str
    owed: Decimal
    pending: Decimal
    unverified: bool = False
    estimated_reading: bool = False
    power_factor: Decimal | None = None


class BillsCard(Card):
    """Several months, oldest first."""

    kind: Literal["bills"] = "bills"
    account_no: str
    bills: list[BillItem]
    kwh: Decimal
    amount: Decimal


class BillNone(Card):
    """No bill for what was asked: not issued yet (then about how much so far), or none on file."""

    kind: Literal["bill_none"] = "bill_none"
    month: date | None = None
    estimate: EstimateItem | None = None


class BalanceCard(Card):
    """`balance` = credit - owed - estimate; `days_left` for remote prepayment; `beware`: a message was doubted."""

    kind: Literal["balance"] = "balance"
    account_no: str
    settlement_mode: str
    balance: Decimal
    credit: Decimal
    owed: list[OwedItem]
    total_owed: Decimal
    pending: Decimal
    estimate: EstimateItem | None = None
    days_left: int | None = None
    beware: bool = False


class ArrearsCard(Card):
    """In this order: which bills and how much, how to pay, when power returns, how to object."""

    kind: Literal["arrears"] = "arrears"
    account_no: str
    overdue: list[OwedItem]
    days_overdue: int
    total_owed: Decimal
    pending: Decimal
    cut_at: datetime | None = None
    beware: bool = False


class ReconnectionCard(Card):
    """Paid, and the supply is not back yet."""

    kind: Literal["reconnection"] = "reconnection"
    cut_at: datetime
    returns_by: datetime
    failed: bool


class UsageCard(Card):
    """By month as billed, by day as read since the last bill."""

    kind: Literal["usage"] = "usage"
    account_no: str
    months: list[BillItem]
    days: list[tuple[date, Decimal]]
    per_day: Decimal | None = None
    estimate: EstimateItem | None = None


class EffectItem(Item):
    """Yuan that one factor makes of the difference between two bills. `label` where the factor is `other`."""

    factor: str
    amount: Decimal
    label: str = ""


class ReasonItem(Item):
    """What probably lies behind another use: a likelihood, never a finding."""

    cause: str
    likelihood: Literal["very", "some"]


class SavingItem(Item):
    """What a change would have saved in so many months, priced with the customer's own registers."""

    change: Literal["tariff", "basis", "power_factor"]
    to: str
    yuan: Decimal
    months: int
    unverified: bool
    kvar: Decimal | None = None


class BillExplained(Card):
    """All `effects` add up to `difference`, to the cent. `times` is newest over previous."""

    kind: Literal["bill_explained"] = "bill_explained"
    account_no: str
    newest: BillItem
    previous: BillItem
    same_month_last_year: BillItem | None
    difference: Decimal
    times: Decimal | None
    effects: list[EffectItem]
    last_year_difference: Decimal | None
    last_year_effects: list[EffectItem]
    new_steps: list[str]
    reasons: list[ReasonItem]
    savings: list[SavingItem]
    newest_days: int
    previous_days: int
    newest_per_day: Decimal
    previous_per_day: Decimal


class PaymentStatusCard(Card):
    """The newest payments and what is still owed."""

    kind: Literal["payment_status"] = "payment_status"
    account_no: str
    payments: list[PaymentItem]
    owed: Decimal


class PayHow(Card):
    """How to pay; with amounts only for those who have proved the account."""

    kind: Literal["pay_how"] = "pay_how"
    account_no: str | None = None
    owed: list[OwedItem] = []
    total_owed: Decimal | None = None
    pending: Decimal = Decimal(0)
    prepaid: bool = False


class InvoiceHow(Card):
    """Where an invoice of the newest bill is to be had."""

    kind: Literal["invoice_how"] = "invoice_how"
    account_no: str
    holder: str
    bill: BillItem | None = None
