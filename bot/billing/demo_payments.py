"""What the demo customers paid: most of them promptly, some not at all, one ten minutes ago."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.billing.demo_bills import Case
from bot.billing.estimate import estimate_since
from bot.billing.tables import PENDING, POSTED, REVERSED, Bill, Invoice, Payment
from bot.billing.tariffs import Tariffs
from bot.clock import at_local, local_day
from bot.customers.demo import cut_off_times
from bot.customers.demo_data import DemoCustomer
from bot.customers.tables import PREPAID_REMOTE, CustomerAccount

ZERO = Decimal(0)
TEN = Decimal(10)
CHANNELS = ("app", "wechat", "alipay", "counter_cash", "bank")
POSTS_AFTER = timedelta(hours=2)


def payments_of(session: Session, case: Case, bills: Sequence[Bill], now: datetime) -> list[Payment]:
    """Everything paid up to today, except what hangs on the hour."""
    if case.account.settlement_mode == PREPAID_REMOTE:
        return _top_ups(session, case.tariffs, case.customer, case.account, bills)
    paid = [
        _prompt(case.customer, number, bill, now)
        for number, bill in enumerate(bills)
        if _is_paid(case.customer, bill, bills, now)
    ]
    return [*paid, *_reversed(case, now)]


def invoices_of(case: Case, bills: Sequence[Bill]) -> list[Invoice]:
    """Of the newest bills, made out a few days after each was issued."""
    wanted = case.billing.invoices
    if wanted is None:
        return []
    return [
        Invoice(
            invoice_no=f"{case.account.account_no}-F{bill.month:%Y%m}",
            account_no=case.account.account_no,
            bill_no=bill.bill_no,
            kind=wanted.kind,
            title=case.account.holder,
            amount=bill.amount,
            issued_on=min(bill.issued_on + timedelta(days=4), case.today),
        )
        for bill in bills[-wanted.newest :]
    ]


def _reversed(case: Case, now: datetime) -> list[Payment]:
    story = case.billing.reversal
    if story is None:
        return []
    paid = at_local(local_day(now) - timedelta(days=story.days_ago), 19, 20)
    payment = _payment(case.customer, "reversed", story.amount, story.channel, paid, paid + POSTS_AFTER)
    payment.state, payment.reason = REVERSED, story.reason
    payment.reversed_at = paid + timedelta(days=1)
    return [payment]


def recent_payments(session: Session, customer: DemoCustomer, now: datetime) -> list[Payment]:
    """What was paid minutes or hours ago; the same rows are dated again at each call."""
    situation = customer.situation
    if situation.pending_payment:
        newest = session.scalars(
            select(Bill).where(Bill.account_no == customer.account_no).order_by(Bill.month.desc()).limit(1)
        ).one()
        paid = now - timedelta(minutes=situation.pending_payment.minutes_ago)
        return [_payment(customer, "recent", newest.amount, situation.pending_payment.channel, paid, None)]
    if situation.cut_off_today:
        _, paid = cut_off_times(situation.cut_off_today, now)
        return [_payment(customer, "recent", situation.cut_off_today.paid, "counter_cash", paid, paid)]
    return []


def _is_paid(customer: DemoCustomer, bill: Bill, bills: Sequence[Bill], now: datetime) -> bool:
    situation = customer.situation
    if situation.pending_payment:
        return bill is not bills[-1]
    if situation.oldest_overdue_days is not None:
        return (local_day(now) - bill.due_on).days > situation.oldest_overdue_days
    return True


def _prompt(customer: DemoCustomer, number: int, bill: Bill, now: datetime) -> Payment:
    """Three days after the bill at the latest; a bill that is younger was paid just now."""
    paid = min(at_local(bill.issued_on + timedelta(days=3), 10, 15), now - timedelta(minutes=90))
    posted = min(paid + POSTS_AFTER, now - timedelta(minutes=60))
    channel = CHANNELS[number % len(CHANNELS)]
    return _payment(customer, f"{bill.month:%Y%m}", bill.amount, channel, paid, posted)


def _top_ups(
    session: Session, tariffs: Tariffs, customer: DemoCustomer, account: CustomerAccount, bills: Sequence[Bill]
) -> list[Payment]:
    """A top-up a month in whole tens; the first one was such that the balance is now what the situation says."""
    payments = []
    for number, bill in enumerate(bills[1:], 1):
        paid = at_local(bill.period_start, 18, 40)
        amount = max(bill.amount // TEN * TEN, TEN)
        payments.append(_payment(customer, f"{bill.month:%Y%m}", amount, CHANNELS[number % len(CHANNELS)], paid, paid))
    first = at_local(bills[0].period_start, 9, 5)
    opening = _opening(session, tariffs, customer, account, bills, payments)
    return [_payment(customer, "first", opening, "app", first, first), *payments]


def _opening(
    session: Session,
    tariffs: Tariffs,
    customer: DemoCustomer,
    account: CustomerAccount,
    bills: Sequence[Bill],
    payments: Sequence[Payment],
) -> Decimal:
    estimate = estimate_since(session, tariffs, account, bills[-1])
    story = customer.situation
    spent = sum((bill.amount for bill in bills), ZERO) + (estimate.amount if estimate else ZERO)
    later = story.cut_off_today.paid if story.cut_off_today else ZERO
    return (story.balance or ZERO) + spent - later - sum((payment.amount for payment in payments), ZERO)


def _payment(
    customer: DemoCustomer, key: str, amount: Decimal, channel: str, paid: datetime, posted: datetime | None
) -> Payment:
    return Payment(
        payment_no=f"{customer.account_no}-{key}",
        account_no=customer.account_no,
        amount=amount,
        channel=channel,
        state=POSTED if posted else PENDING,
        paid_at=paid,
        posted_at=posted,
    )
