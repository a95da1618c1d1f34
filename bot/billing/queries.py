"""Reading the books of one account. Not a door: who may hear what is read here is decided by `service.py`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.billing.cut_off import Missing, missing_before
from bot.billing.ledger import Ledger, Owed, settle
from bot.billing.records import Supply
from bot.billing.tables import POSTED, Bill, Payment
from bot.clock import local_day
from bot.customers.tables import (
    CONFIRMED,
    DISCONNECT,
    FAILED,
    PREPAID_REMOTE,
    RECONNECT,
    SENT,
    ArrearsNotice,
    CustomerAccount,
    SupplyCommand,
)
from bot.errors import NotFound
from bot.identity import AnyProof

ZERO = Decimal(0)
RETURNS_WITHIN = timedelta(hours=24)


def account_row(session: Session, account_no: str) -> CustomerAccount:
    account = session.get(CustomerAccount, account_no)
    if account is None:
        raise NotFound("没有这个户号", code="no_account")
    return account


def issued_bills(session: Session, account_no: str) -> list[Bill]:
    """Oldest first."""
    return list(session.scalars(select(Bill).where(Bill.account_no == account_no).order_by(Bill.month)))


def seen_by(proof: AnyProof, bills: Sequence[Bill]) -> list[Bill]:
    """Of these bills, those whose whole period the proof may see: a tenant's are those of their own term."""
    return [bill for bill in bills if proof.grant.covers(bill.period_start, bill.period_end)]


def ledger_seen_by(session: Session, proof: AnyProof, account_no: str) -> Ledger:
    """What is owed, as far as the proof reaches."""
    ledger = settle(issued_bills(session, account_no), paid(session, account_no, POSTED))
    seen = {bill.bill_no for bill in seen_by(proof, [item.bill for item in ledger.owed])}
    return Ledger(tuple(item for item in ledger.owed if item.bill.bill_no in seen), ledger.credit)


def paid(session: Session, account_no: str, state: str) -> Decimal:
    amounts = session.scalars(select(Payment.amount).where(Payment.account_no == account_no, Payment.state == state))
    return sum(amounts, ZERO)


def missing_notices(
    session: Session, account: CustomerAccount, cut_at: datetime | None, oldest: Owed
) -> tuple[Missing, ...]:
    """What is not on record of what must come before a postpaid cut-off; prepayment follows its agreement."""
    if cut_at is None or account.settlement_mode == PREPAID_REMOTE:
        return ()
    notices = session.scalars(select(ArrearsNotice).where(ArrearsNotice.account_no == account.account_no)).all()
    return missing_before(cut_at, oldest.days_overdue(local_day(cut_at)), notices)


def supply_of(session: Session, account_no: str) -> Supply:
    """Cut and not back: the newest confirmed disconnection without a confirmed reconnection after it."""
    commands = list(
        session.scalars(
            select(SupplyCommand)
            .where(SupplyCommand.account_no == account_no)
            .order_by(SupplyCommand.at, SupplyCommand.command_no)
        )
    )
    cuts = [command for command in commands if command.command == DISCONNECT and command.state == CONFIRMED]
    if not cuts:
        return Supply()
    since = [command for command in commands if command.at > cuts[-1].at and command.command == RECONNECT]
    if any(command.state == CONFIRMED for command in since):
        return Supply()
    posted = session.scalar(
        select(Payment.posted_at)
        .where(Payment.account_no == account_no, Payment.posted_at > cuts[-1].at, Payment.state == POSTED)
        .order_by(Payment.posted_at)
        .limit(1)
    )
    failed = any(command.state == FAILED for command in since)
    resent = failed and since[-1].state == SENT
    return Supply(cuts[-1].at, failed, resent, posted + RETURNS_WITHIN if posted else None)
