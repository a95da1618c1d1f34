"""The doors to bills, balances, use and payments. Each takes the proof of one account and opens that account alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.billing.estimate import Estimate, estimate_since
from bot.billing.explain import Explanation, explain
from bot.billing.ledger import Ledger, Owed, settle
from bot.billing.measured import DayUse, day_registers, day_uses
from bot.billing.tables import PENDING, POSTED, Bill, Payment
from bot.billing.tariffs import Tariffs
from bot.clock import Clock, local_day
from bot.customers.tables import CONFIRMED, DISCONNECT, PREPAID_REMOTE, RECONNECT, CustomerAccount, SupplyCommand
from bot.errors import NotFound
from bot.identity import AnyProof, ProvenPhone, VerifiedAccount
from bot.identity.grants import BALANCE, BILLS, DUE, FILE, USE
from bot.storage.engine import Database

ZERO = Decimal(0)
RETURNS_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class IssuedBill:
    """A bill and what of it is still owed; `pending` money has been paid and is not booked yet."""

    bill: Bill
    owed: Decimal
    pending: Decimal


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
    returns_by: datetime | None = None


@dataclass(frozen=True)
class Arrears:
    """Unpaid bills past their due day, oldest first, and what it did to the supply."""

    overdue: tuple[Owed, ...]
    oldest_due: date
    days_overdue: int
    total_owed: Decimal
    pending: Decimal
    supply: Supply


@dataclass(frozen=True)
class PaymentStatus:
    """The newest payments, newest first, and what is still owed."""

    payments: tuple[Payment, ...]
    owed: Decimal


@dataclass(frozen=True)
class Usage:
    """Use by month (billed) and by day (read), oldest first."""

    months: tuple[Bill, ...]
    days: tuple[DayUse, ...]


class Billing:
    def __init__(self, db: Database, clock: Clock, tariffs: Tariffs) -> None:
        self._db = db
        self._clock = clock
        self._tariffs = tariffs

    def tariff(self, proof: VerifiedAccount) -> tuple[str, bool]:
        """The name of the account's tariff, and whether its prices wait for confirmation."""
        with self._db.read() as session:
            account = _account(session, proof.opens(self._clock, FILE))
        tariff = self._tariffs.get(account.tariff_code)
        return tariff.name, tariff.on(local_day(self._clock.now())).source.unverified

    def bill(self, proof: VerifiedAccount, month: date | None = None) -> IssuedBill | None:
        """The newest issued bill, or that of a month (any day of it)."""
        account_no = proof.opens(self._clock, BILLS)
        with self._db.read() as session:
            bills = _bills(session, account_no)
            wanted = [b for b in _seen_by(proof, bills) if month is None or b.month == month.replace(day=1)]
            if not wanted:
                return None
            newest = wanted[-1]
            ledger = settle(bills, _paid(session, account_no, POSTED))
            return IssuedBill(newest, ledger.owed_on(newest), _paid(session, account_no, PENDING))

    def bills(self, proof: VerifiedAccount, first: date, last: date) -> list[Bill]:
        """Bills of the months from `first` to `last`, oldest first."""
        with self._db.read() as session:
            bills = _seen_by(proof, _bills(session, proof.opens(self._clock, BILLS)))
        return [bill for bill in bills if first.replace(day=1) <= bill.month <= last.replace(day=1)]

    def not_billed_yet(self, proof: VerifiedAccount) -> Estimate | None:
        """About what has been used since the last bill."""
        with self._db.read() as session:
            estimate = self._estimate(session, proof.opens(self._clock, USE))
        return estimate if estimate and proof.grant.covers(estimate.start, estimate.to) else None

    def balance(self, proof: VerifiedAccount | ProvenPhone) -> Balance:
        account_no = proof.opens(self._clock, DUE)
        with self._db.read() as session:
            account = _account(session, account_no)
            ledger = _ledger(session, proof, account_no)
            estimate = self._estimate(session, account_no)
            pending = _paid(session, account_no, PENDING)
        balance = Balance(account.settlement_mode, ledger, pending, estimate, None)
        if account.settlement_mode != PREPAID_REMOTE or estimate is None or estimate.per_day <= 0:
            return balance
        days = int(max(balance.amount, ZERO) / estimate.per_day)
        return Balance(account.settlement_mode, ledger, pending, estimate, days)

    def arrears(self, proof: VerifiedAccount) -> Arrears | None:
        """None where nothing is past its due day."""
        account_no, today = proof.opens(self._clock, BALANCE), local_day(self._clock.now())
        with self._db.read() as session:
            ledger = _ledger(session, proof, account_no)
            overdue = tuple(owed for owed in ledger.owed if owed.days_overdue(today))
            if not overdue:
                return None
            supply, pending = _supply(session, account_no), _paid(session, account_no, PENDING)
        oldest = overdue[0]
        return Arrears(overdue, oldest.bill.due_on, oldest.days_overdue(today), ledger.total_owed, pending, supply)

    def supply(self, proof: VerifiedAccount) -> Supply:
        with self._db.read() as session:
            return _supply(session, proof.opens(self._clock, BALANCE))

    def payment_status(self, proof: VerifiedAccount, count: int = 3) -> PaymentStatus:
        account_no = proof.opens(self._clock, BALANCE)
        with self._db.read() as session:
            newest_first = session.scalars(
                select(Payment)
                .where(Payment.account_no == account_no)
                .order_by(Payment.paid_at.desc(), Payment.payment_no)
            )
            seen = [p for p in newest_first if proof.grant.covers(local_day(p.paid_at), local_day(p.paid_at))]
            return PaymentStatus(tuple(seen[:count]), _ledger(session, proof, account_no).total_owed)

    def usage(self, proof: VerifiedAccount, months: int = 6) -> Usage:
        account_no = proof.opens(self._clock, USE)
        with self._db.read() as session:
            bills = _bills(session, account_no)
            after = bills[-1].period_end if bills else local_day(self._clock.now()) - timedelta(days=31)
            days = day_uses(day_registers(session, account_no, after))
        seen = _seen_by(proof, bills)[-months:]
        return Usage(tuple(seen), tuple(use for use in days if proof.grant.covers(use.day, use.day)))

    def explain_high(self, proof: VerifiedAccount) -> Explanation | None:
        """The newest bill against the one before; None while there are not two."""
        with self._db.read() as session:
            bills = _seen_by(proof, _bills(session, proof.opens(self._clock, BILLS)))
        if len(bills) < 2:
            return None
        newest = bills[-1]
        year_ago = newest.month.replace(year=newest.month.year - 1)
        return explain(newest, bills[-2], next((bill for bill in bills if bill.month == year_ago), None))

    def _estimate(self, session: Session, account_no: str) -> Estimate | None:
        bills = _bills(session, account_no)
        if not bills:
            return None
        return estimate_since(session, self._tariffs, _account(session, account_no), bills[-1])


def _account(session: Session, account_no: str) -> CustomerAccount:
    account = session.get(CustomerAccount, account_no)
    if account is None:
        raise NotFound("没有这个户号", code="no_account")
    return account


def _bills(session: Session, account_no: str) -> list[Bill]:
    """Issued bills, oldest first."""
    return list(session.scalars(select(Bill).where(Bill.account_no == account_no).order_by(Bill.month)))


def _seen_by(proof: AnyProof, bills: Sequence[Bill]) -> list[Bill]:
    """Of these bills, those whose whole period the proof may see: a tenant's are those of their own term."""
    return [bill for bill in bills if proof.grant.covers(bill.period_start, bill.period_end)]


def _ledger(session: Session, proof: AnyProof, account_no: str) -> Ledger:
    """What is owed, as far as the proof reaches."""
    ledger = settle(_bills(session, account_no), _paid(session, account_no, POSTED))
    seen = {bill.bill_no for bill in _seen_by(proof, [item.bill for item in ledger.owed])}
    return Ledger(tuple(item for item in ledger.owed if item.bill.bill_no in seen), ledger.credit)


def _paid(session: Session, account_no: str, state: str) -> Decimal:
    amounts = session.scalars(select(Payment.amount).where(Payment.account_no == account_no, Payment.state == state))
    return sum(amounts, ZERO)


def _supply(session: Session, account_no: str) -> Supply:
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
        .where(Payment.account_no == account_no, Payment.posted_at > cuts[-1].at)
        .order_by(Payment.posted_at)
        .limit(1)
    )
    return Supply(cuts[-1].at, bool(since), posted + RETURNS_WITHIN if posted else None)
