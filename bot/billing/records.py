"""What the doors of billing answer: plain records, amounts in yuan, energy in kWh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.billing.advice import Saving
from bot.billing.cut_off import Missing
from bot.billing.estimate import Estimate
from bot.billing.explain import Comparison
from bot.billing.ledger import Ledger, Owed
from bot.billing.measured import DayUse, Exchange, MeterSpan
from bot.billing.reasons import Reason
from bot.billing.tables import Bill, BillLine, ExportSettlement, Invoice, Payment
from bot.customers.metering import Register

ZERO = Decimal(0)


@dataclass(frozen=True)
class IssuedBill:
    """A bill, what was read for it and what of it is still owed; `pending` money has been paid and not booked yet.

    `new_year`: the first bill of a price year, the ladder began again. `many_ends`: the day the household of many
    lapses, where that is near.
    """

    bill: Bill
    owed: Decimal
    pending: Decimal
    meters: tuple[MeterSpan, ...] = ()
    new_year: bool = False
    many_ends: date | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True)
class Balance:
    """Posted money - unpaid issued bills - estimated use since the last bill. `days_left` for remote prepayment."""

    settlement_mode: str
    ledger: Ledger
    pending: Decimal
    estimate: Estimate | None
    days_left: int | None

    @property
    def amount(self) -> Decimal:
        return self.ledger.credit - self.ledger.total_owed - (self.estimate.amount if self.estimate else ZERO)


@dataclass(frozen=True)
class Supply:
    """Whether supply was cut for money owed, since when, and how the reconnection goes."""

    cut_at: datetime | None = None
    reconnection_failed: bool = False
    resent: bool = False
    returns_by: datetime | None = None


@dataclass(frozen=True)
class Arrears:
    """Unpaid bills past their due day, oldest first, what the delay costs by today, and what it did to the supply.

    `missing_notices`: what should have come before a postpaid cut-off and is not on record.
    """

    overdue: tuple[Owed, ...]
    oldest_due: date
    days_overdue: int
    total_owed: Decimal
    late_fee: Decimal
    late_fee_unverified: bool
    pending: Decimal
    supply: Supply
    missing_notices: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Refund:
    """Money given back as a line of a bill."""

    bill: Bill
    line: BillLine


@dataclass(frozen=True)
class PaymentStatus:
    """The newest payments, newest first, what is still owed, and what the newest bills gave back."""

    payments: tuple[Payment, ...]
    ledger: Ledger
    refunds: tuple[Refund, ...] = ()

    @property
    def owed(self) -> Decimal:
        return self.ledger.total_owed


@dataclass(frozen=True)
class Usage:
    """Use by month (billed) and by day (read), oldest first.

    `parts`: the newest of these months by register, where its meter tells the times apart.
    """

    months: tuple[Bill, ...]
    days: tuple[DayUse, ...]
    parts: tuple[tuple[Register, Decimal], ...] = ()


@dataclass(frozen=True)
class Explanation:
    """A bill against the one before and against the same month of last year, what probably lies behind, what helps."""

    before: Comparison
    last_year: Comparison | None
    reasons: tuple[Reason, ...]
    savings: tuple[Saving, ...]
    meters: tuple[MeterSpan, ...] = ()
    exchange: Exchange | None = None


@dataclass(frozen=True)
class Invoices:
    """The newest bill and the invoices that were made out, newest first."""

    bill: Bill | None
    invoices: tuple[Invoice, ...]


Settlements = Sequence[ExportSettlement]
