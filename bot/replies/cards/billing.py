"""Bills, balances, usage and payments. Every amount comes with the period it was used in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bot.replies.cards.base import Card
from bot.replies.cards.billing_items import (
    BillItem,
    Chart,
    ComparisonItem,
    EstimateItem,
    ExchangeItem,
    InvoiceItem,
    LineItem,
    MeterItem,
    OwedItem,
    PartItem,
    PaymentItem,
    ReasonItem,
    RefundItem,
    SavingItem,
    SettlementItem,
)


class BillCard(Card):
    """One bill with its lines. `unverified`: a price of it waits for the supplier's confirmation.

    method: auto, manual, estimated, late · `new_year`: the ladder began again · `many_ends`: the household of many
    lapses soon.
    """

    kind: Literal["bill"] = "bill"
    account_no: str
    bill: BillItem
    lines: list[LineItem]
    tariff_name: str
    owed: Decimal
    pending: Decimal
    unverified: bool = False
    method: str = "auto"
    power_factor: Decimal | None = None
    meters: list[MeterItem] = []
    new_year: bool = False
    many_ends: date | None = None
    exchange: ExchangeItem | None = None


class BillsCard(Card):
    """Several months, oldest first. `estimate`: the running month was asked for too."""

    kind: Literal["bills"] = "bills"
    account_no: str
    bills: list[BillItem]
    kwh: Decimal
    amount: Decimal
    estimate: EstimateItem | None = None


class BillNone(Card):
    """No bill for what was asked: not issued yet (then about how much so far), or none on file.

    `running`: that month is not over, or its bill not issued. `unclear`: months were named that nobody can be sure of.
    """

    kind: Literal["bill_none"] = "bill_none"
    month: date | None = None
    estimate: EstimateItem | None = None
    running: bool = False
    unclear: bool = False


class BalanceCard(Card):
    """`balance` = credit - owed - estimate; `days_left` for remote prepayment; `beware`: a message was doubted.

    `per_day`: yuan of the newest days, on average. `low`: few days are left. `top_up`: so much more
    money, and for how many days it would all last.
    """

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
    per_day: Decimal | None = None
    low: bool = False
    top_up: tuple[Decimal, int] | None = None
    beware: bool = False


class ArrearsCard(Card):
    """In this order: which bills and how much, how to pay, when power returns, how to object.

    `late_fee`: what the delay has cost by today, on top of `total_owed`. `notices_missing`: not all that had to come
    before the cut-off is on record.
    """

    kind: Literal["arrears"] = "arrears"
    account_no: str
    overdue: list[OwedItem]
    days_overdue: int
    total_owed: Decimal
    late_fee: Decimal = Decimal(0)
    late_fee_unverified: bool = False
    pending: Decimal
    cut_at: datetime | None = None
    notices_missing: bool = False
    beware: bool = False


class ReconnectionCard(Card):
    """Paid, and the supply is not back yet."""

    kind: Literal["reconnection"] = "reconnection"
    cut_at: datetime
    returns_by: datetime
    failed: bool
    resent: bool = False


class BewareCard(Card):
    """A doubted message, before anything is looked up: what never to do."""

    kind: Literal["beware"] = "beware"


class UsageCard(Card):
    """Use by month as billed, and by day as read. `estimate`: since the newest bill.

    `days` are the last ones of what was asked for, `per_day` and `most` come from all of them. `parts`: the newest
    month by register. `total`: of the months, where a span was asked for. `asked`: the one day asked for, with None
    where it was not read.
    """

    kind: Literal["usage"] = "usage"
    account_no: str
    months: list[BillItem]
    total: Decimal | None = None
    days: list[tuple[date, Decimal]]
    per_day: Decimal | None = None
    most: tuple[date, Decimal] | None = None
    asked: tuple[date, Decimal | None] | None = None
    parts: list[PartItem] = []
    estimate: EstimateItem | None = None
    chart: Chart | None = None


class BillExplained(Card):
    """A bill against the one before and the same month of last year, likely reasons, and what would save.

    `year_first`: it was asked about beside last year, which then comes first.
    """

    kind: Literal["bill_explained"] = "bill_explained"
    account_no: str
    newest: BillItem
    days: int
    per_day: Decimal
    power_factor: Decimal | None = None
    before: ComparisonItem
    last_year: ComparisonItem | None = None
    year_first: bool = False
    new_steps: list[str]
    reasons: list[ReasonItem] = []
    savings: list[SavingItem] = []
    meters: list[MeterItem] = []
    exchange: ExchangeItem | None = None
    chart: Chart | None = None


class SavingsCard(Card):
    """What another tariff or way of charging would have saved in the last year, by the customer's own registers."""

    kind: Literal["savings"] = "savings"
    account_no: str
    savings: list[SavingItem]


class SettlementsCard(Card):
    """What the supplier pays for energy sent into the network, the newest first."""

    kind: Literal["export_settlements"] = "export_settlements"
    account_no: str
    settlements: list[SettlementItem]


class PaymentStatusCard(Card):
    """The newest payments, what the newest bills gave back, and what is still owed."""

    kind: Literal["payment_status"] = "payment_status"
    account_no: str
    payments: list[PaymentItem]
    owed: list[OwedItem]
    total_owed: Decimal
    refunds: list[RefundItem] = []


class PayHow(Card):
    """How to pay; with amounts only for those who have proved the account."""

    kind: Literal["pay_how"] = "pay_how"
    account_no: str | None = None
    owed: list[OwedItem] = []
    total_owed: Decimal | None = None
    pending: Decimal = Decimal(0)
    prepaid: bool = False


class InvoiceHow(Card):
    """Where an invoice of the newest bill is to be had, and which ones were made out already, newest first."""

    kind: Literal["invoice_how"] = "invoice_how"
    account_no: str
    holder: str
    bill: BillItem | None = None
    made_out: bool = False
    invoices: list[InvoiceItem] = []
