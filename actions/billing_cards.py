"""From what billing answers to the cards it is told with."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.estimate import Estimate
from bot.billing.explain import Explanation, days_of
from bot.billing.ledger import Owed
from bot.billing.service import Arrears, Balance, IssuedBill, PaymentStatus, Supply, Usage
from bot.billing.tables import Bill
from bot.customers.tables import PREPAID_REMOTE
from bot.identity import ProvenPhone, VerifiedAccount
from bot.replies.cards import Option
from bot.replies.cards.billing import (
    ArrearsCard,
    BalanceCard,
    BillCard,
    BillExplained,
    BillItem,
    BillsCard,
    EstimateItem,
    LineItem,
    OtherDifference,
    OwedItem,
    PayHow,
    PaymentItem,
    PaymentStatusCard,
    ReconnectionCard,
    UsageCard,
)

ZERO = Decimal(0)
DAYS_SHOWN = 7
Options = list[Option]


def bill_card(proof: VerifiedAccount, issued: IssuedBill, options: Options) -> BillCard:
    bill = issued.bill
    return BillCard(
        account_no=proof.account_no,
        bill=_bill(bill),
        lines=[LineItem.model_validate(line) for line in bill.lines],
        tariff_name=bill.tariff_name,
        owed=issued.owed,
        pending=issued.pending,
        unverified=bill.unverified,
        estimated_reading=bill.method == "estimated",
        power_factor=bill.power_factor,
        options=options,
    )


def bills_card(proof: VerifiedAccount, bills: Sequence[Bill]) -> BillsCard:
    return BillsCard(
        account_no=proof.account_no,
        bills=[_bill(bill) for bill in bills],
        kwh=sum((bill.kwh for bill in bills), ZERO),
        amount=sum((bill.amount for bill in bills), ZERO),
    )


def balance_card(
    proof: VerifiedAccount | ProvenPhone, balance: Balance, options: Options, *, beware: bool
) -> BalanceCard:
    return BalanceCard(
        account_no=proof.account_no,
        settlement_mode=balance.settlement_mode,
        balance=balance.amount,
        credit=balance.ledger.credit,
        owed=_owed(balance.ledger.owed),
        total_owed=balance.ledger.total_owed,
        pending=balance.pending,
        estimate=estimate_item(balance.estimate),
        days_left=balance.days_left,
        options=options,
        beware=beware,
    )


def arrears_card(proof: VerifiedAccount, arrears: Arrears, options: Options, *, beware: bool) -> ArrearsCard:
    return ArrearsCard(
        account_no=proof.account_no,
        overdue=_owed(arrears.overdue),
        days_overdue=arrears.days_overdue,
        total_owed=arrears.total_owed,
        pending=arrears.pending,
        cut_at=arrears.supply.cut_at,
        options=options,
        beware=beware,
    )


def reconnection_card(supply: Supply, options: Options) -> ReconnectionCard:
    assert supply.cut_at is not None and supply.returns_by is not None
    return ReconnectionCard(
        cut_at=supply.cut_at, returns_by=supply.returns_by, failed=supply.reconnection_failed, options=options
    )


def usage_card(proof: VerifiedAccount, usage: Usage, estimate: Estimate | None, options: Options) -> UsageCard:
    days = [(day.day, day.kwh) for day in usage.days]
    return UsageCard(
        account_no=proof.account_no,
        months=[_bill(bill) for bill in usage.months],
        days=days[-DAYS_SHOWN:],
        per_day=_mean(days) if days else None,
        estimate=estimate_item(estimate),
        options=options,
    )


def explained_card(proof: VerifiedAccount, told: Explanation, options: Options) -> BillExplained:
    last_year = told.same_month_last_year
    return BillExplained(
        account_no=proof.account_no,
        newest=_bill(told.newest),
        previous=_bill(told.previous),
        same_month_last_year=_bill(last_year) if last_year else None,
        difference=told.difference,
        times=told.times,
        days=told.days,
        use=told.use,
        price=told.price,
        other=[OtherDifference.model_validate(o) for o in told.other],
        new_steps=list(told.new_steps),
        season=told.season,
        newest_days=days_of(told.newest),
        previous_days=days_of(told.previous),
        newest_per_day=_per_day(told.newest),
        previous_per_day=_per_day(told.previous),
        options=options,
    )


def payments_card(proof: VerifiedAccount, status: PaymentStatus, options: Options) -> PaymentStatusCard:
    payments = [PaymentItem.model_validate(payment) for payment in status.payments]
    return PaymentStatusCard(account_no=proof.account_no, payments=payments, owed=status.owed, options=options)


def pay_how_card(proof: VerifiedAccount, balance: Balance) -> PayHow:
    return PayHow(
        account_no=proof.account_no,
        owed=_owed(balance.ledger.owed),
        total_owed=balance.ledger.total_owed,
        pending=balance.pending,
        prepaid=balance.settlement_mode == PREPAID_REMOTE,
    )


def estimate_item(estimate: Estimate | None) -> EstimateItem | None:
    return None if estimate is None else EstimateItem.model_validate(estimate)


def _bill(bill: Bill) -> BillItem:
    return BillItem.model_validate(bill)


def _owed(owed: Sequence[Owed]) -> list[OwedItem]:
    return [OwedItem.model_validate(item) for item in owed]


def _mean(days: Sequence[tuple[date, Decimal]]) -> Decimal:
    return _tenth(sum((kwh for _, kwh in days), ZERO) / len(days))


def _per_day(bill: Bill) -> Decimal:
    return _tenth(bill.kwh / days_of(bill))


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)
