"""From what billing answers to the cards it is told with."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from actions.turn import Turn
from bot.billing.estimate import Estimate
from bot.billing.explain import Comparison, days_of, kwh_per_day
from bot.billing.ledger import Owed
from bot.billing.measured import Exchange
from bot.billing.pictures import CHARTS, Picture, bill_waterfall, chart_key, use_by_day, use_by_month
from bot.billing.records import (
    Arrears,
    Balance,
    Explanation,
    Invoices,
    IssuedBill,
    PaymentStatus,
    Settlements,
    Supply,
    Usage,
)
from bot.billing.tables import Bill
from bot.customers.tables import PREPAID_REMOTE
from bot.identity import AnyProof, VerifiedAccount
from bot.language.periods import Period
from bot.replies.cards import Option
from bot.replies.cards.billing import (
    ArrearsCard,
    BalanceCard,
    BillCard,
    BillExplained,
    BillsCard,
    InvoiceHow,
    PayHow,
    PaymentStatusCard,
    ReconnectionCard,
    SettlementsCard,
    UsageCard,
)
from bot.replies.cards.billing_items import (
    BillItem,
    Chart,
    ComparisonItem,
    EffectItem,
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

ZERO = Decimal(0)
DAYS_SHOWN = 7
FEW_DAYS = 7
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
        method=bill.method,
        power_factor=bill.power_factor,
        meters=[MeterItem.model_validate(meter) for meter in issued.meters],
        new_year=issued.new_year,
        many_ends=issued.many_ends,
        exchange=_exchange(issued.exchange),
        options=options,
    )


def bills_card(proof: VerifiedAccount, bills: Sequence[Bill], estimate: Estimate | None = None) -> BillsCard:
    return BillsCard(
        account_no=proof.account_no,
        bills=[_bill(bill) for bill in bills],
        kwh=sum((bill.kwh for bill in bills), ZERO),
        amount=sum((bill.amount for bill in bills), ZERO),
        estimate=estimate_item(estimate),
    )


def balance_card(proof: AnyProof, balance: Balance, options: Options, *, beware: bool) -> BalanceCard:
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
        per_day=balance.estimate.per_day if balance.estimate and balance.days_left is not None else None,
        low=balance.days_left is not None and balance.days_left <= FEW_DAYS,
        options=options,
        beware=beware,
    )


def arrears_card(proof: VerifiedAccount, arrears: Arrears, options: Options, *, beware: bool) -> ArrearsCard:
    return ArrearsCard(
        account_no=proof.account_no,
        overdue=_owed(arrears.overdue),
        days_overdue=arrears.days_overdue,
        total_owed=arrears.total_owed,
        late_fee=arrears.late_fee,
        late_fee_unverified=arrears.late_fee_unverified,
        pending=arrears.pending,
        cut_at=arrears.supply.cut_at,
        notices_missing=bool(arrears.missing_notices),
        options=options,
        beware=beware,
    )


def reconnection_card(supply: Supply, options: Options) -> ReconnectionCard:
    assert supply.cut_at is not None and supply.returns_by is not None
    return ReconnectionCard(
        cut_at=supply.cut_at,
        returns_by=supply.returns_by,
        failed=supply.reconnection_failed,
        resent=supply.resent,
        options=options,
    )


def usage_card(
    turn: Turn,
    proof: VerifiedAccount,
    usage: Usage,
    estimate: Estimate | None,
    options: Options,
    period: Period | None = None,
    asked: tuple[date, Decimal | None] | None = None,
) -> UsageCard:
    """`period`: the months asked for, where they are not simply the newest; `asked`: one day."""
    several = period is not None and period.first != period.last
    days = [] if several else [(day.day, day.kwh) for day in usage.days]
    by_day, by_month = use_by_day(usage), use_by_month(usage)
    return UsageCard(
        account_no=proof.account_no,
        months=[_bill(bill) for bill in usage.months],
        total=sum((bill.kwh for bill in usage.months), ZERO) if several else None,
        days=days[-DAYS_SHOWN:],
        per_day=_mean(days) if days else None,
        most=max(days, key=lambda use: use[1]) if len(days) > 1 else None,
        asked=asked,
        parts=[PartItem(hours=name, kwh=kwh) for name, kwh in usage.parts],
        estimate=estimate_item(estimate),
        chart=_chart(turn, proof, (by_month or by_day) if several else (by_day or by_month), period),
        options=options,
    )


def explained_card(
    turn: Turn, proof: VerifiedAccount, told: Explanation, options: Options, *, year_first: bool = False
) -> BillExplained:
    newest = told.before.newest
    return BillExplained(
        account_no=proof.account_no,
        newest=_bill(newest),
        days=days_of(newest),
        per_day=_tenth(kwh_per_day(newest)),
        power_factor=newest.power_factor,
        before=_comparison(told.before),
        last_year=_comparison(told.last_year) if told.last_year else None,
        year_first=year_first and told.last_year is not None,
        new_steps=list(told.before.new_steps),
        reasons=[ReasonItem.model_validate(reason) for reason in told.reasons],
        savings=[SavingItem.model_validate(saving) for saving in told.savings],
        meters=[MeterItem.model_validate(meter) for meter in told.meters],
        exchange=_exchange(told.exchange),
        chart=_chart(turn, proof, bill_waterfall(told.before), Period(newest.month, newest.month)),
        options=options,
    )


def settlements_card(proof: VerifiedAccount, settlements: Settlements) -> SettlementsCard:
    items = [SettlementItem.model_validate(settlement) for settlement in settlements]
    return SettlementsCard(account_no=proof.account_no, settlements=items)


def invoice_card(proof: VerifiedAccount, holder: str, known: Invoices, options: Options) -> InvoiceHow:
    bill = known.bill
    return InvoiceHow(
        account_no=proof.account_no,
        holder=holder,
        bill=_bill(bill) if bill else None,
        made_out=bill is not None and any(invoice.bill_no == bill.bill_no for invoice in known.invoices),
        invoices=[InvoiceItem.model_validate(invoice) for invoice in known.invoices],
        options=options,
    )


def payments_card(proof: VerifiedAccount, status: PaymentStatus, options: Options) -> PaymentStatusCard:
    return PaymentStatusCard(
        account_no=proof.account_no,
        payments=[PaymentItem.model_validate(payment) for payment in status.payments],
        owed=_owed(status.ledger.owed),
        total_owed=status.owed,
        refunds=[RefundItem(month=r.bill.month, label=r.line.label, amount=r.line.amount) for r in status.refunds],
        options=options,
    )


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


def _exchange(exchange: Exchange | None) -> ExchangeItem | None:
    return None if exchange is None else ExchangeItem.model_validate(exchange)


def _owed(owed: Sequence[Owed]) -> list[OwedItem]:
    return [OwedItem.model_validate(item) for item in owed]


def _mean(days: Sequence[tuple[date, Decimal]]) -> Decimal:
    return _tenth(sum((kwh for _, kwh in days), ZERO) / len(days))


def _comparison(told: Comparison) -> ComparisonItem:
    return ComparisonItem(
        reference=_bill(told.reference),
        difference=told.difference,
        times=told.times,
        effects=[EffectItem.model_validate(effect) for effect in told.effects],
        days=days_of(told.reference),
        per_day=_tenth(kwh_per_day(told.reference)),
        power_factor=told.reference.power_factor,
    )


def _chart(turn: Turn, proof: VerifiedAccount, picture: Picture | None, period: Period | None = None) -> Chart | None:
    """Where the page fetches it; it is drawn then, for whoever may see it then."""
    if picture is None:
        return None
    key = chart_key(turn.conversation_id, proof.account_no)
    months = f"?first={period.first:%Y-%m}&last={period.last:%Y-%m}" if period else ""
    url = f"{CHARTS}/{key}/{picture.kind.value}{months}"
    return Chart(url=url, alt=picture.alt)


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)
