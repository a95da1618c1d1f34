"""The doors to bills, balances, use and payments. Each takes the proof of one account and opens that account alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.billing.advice import Month, Saving, advise, tells_times
from bot.billing.estimate import Estimate, estimate_since
from bot.billing.explain import compare
from bot.billing.kinds import LineKind
from bot.billing.late_fees import rate_of
from bot.billing.measured import day_registers, day_uses, exchanged_within, measured_uses, meter_spans
from bot.billing.queries import account_row, issued_bills, ledger_seen_by, missing_notices, paid, seen_by, supply_of
from bot.billing.reasons import reasons
from bot.billing.records import (
    Arrears,
    Balance,
    Explanation,
    Invoices,
    IssuedBill,
    PaymentStatus,
    Refund,
    Supply,
    Usage,
)
from bot.billing.source import NOT_GIVEN, BillingSource, BuiltIn
from bot.billing.tables import PENDING, Bill, BillingTerms, ExportSettlement, Invoice, Payment
from bot.billing.tariffs import Tariffs
from bot.billing.terms import terms_of
from bot.clock import Clock, local_day
from bot.customers.agreements import NONE
from bot.customers.metering import Register
from bot.customers.tables import PREPAID_REMOTE, CustomerAccount
from bot.errors import NotFound
from bot.identity import AnyProof, ProvenPhone, VerifiedAccount
from bot.identity.grants import BALANCE, BILLS, DUE, FILE, USE
from bot.storage.engine import Database
from bot.supplier.climate import Climate

ZERO = Decimal(0)
REMIND_DAYS = 75  # from the middle of October: the household of many is applied for again in January
ADVISED_MONTHS = 12


class Billing:
    def __init__(
        self, db: Database, clock: Clock, tariffs: Tariffs, climate: Climate, source: BillingSource | None = None
    ) -> None:
        self._db = db
        self._clock = clock
        self._tariffs = tariffs
        self._climate = climate
        self._source = source or BuiltIn()

    def tariff(self, proof: VerifiedAccount) -> tuple[str, bool]:
        """The name of the account's tariff, and whether its prices wait for confirmation."""
        with self._db.read() as session:
            account = account_row(session, proof.opens(self._clock, FILE))
        tariff = self._tariffs.get(account.tariff_code)
        return tariff.name, tariff.on(self._today()).source.unverified

    def bill(self, proof: VerifiedAccount, month: date | None = None) -> IssuedBill | None:
        """The newest issued bill, or that of a month (any day of it)."""
        account_no = self._opens(proof, BILLS)
        with self._db.read() as session:
            bills = issued_bills(session, account_no)
            wanted = [b for b in seen_by(proof, bills) if month is None or b.month == month.replace(day=1)]
            if not wanted:
                return None
            bill = wanted[-1]
            return IssuedBill(
                bill,
                owed=ledger_seen_by(session, proof, account_no).owed_on(bill),
                pending=paid(session, account_no, PENDING),
                meters=tuple(meter_spans(session, bill)),
                new_year=_begins_a_year(bill, bills),
                many_ends=self._many_ends(account_row(session, account_no)),
                exchange=exchanged_within(session, bill),
            )

    def bills(self, proof: VerifiedAccount, first: date, last: date) -> list[Bill]:
        """Bills of the months from `first` to `last`, oldest first."""
        account_no = self._opens(proof, BILLS)
        with self._db.read() as session:
            bills = seen_by(proof, issued_bills(session, account_no))
        return [bill for bill in bills if first.replace(day=1) <= bill.month <= last.replace(day=1)]

    def settlements(self, proof: VerifiedAccount, count: int = 3) -> list[ExportSettlement]:
        """What was paid, or will be, for energy sent into the network: the newest first."""
        account_no = self._opens(proof, BILLS)
        mine = select(ExportSettlement).where(ExportSettlement.account_no == account_no)
        with self._db.read() as session:
            newest_first = session.scalars(mine.order_by(ExportSettlement.month.desc())).all()
            feeds = account_row(session, account_no).distributed != NONE
        if feeds and not newest_first:
            self._refuse_unless_given(account_no, "settlements")
        return [s for s in newest_first if proof.grant.covers(s.period_start, s.period_end)][:count]

    def not_billed_yet(self, proof: VerifiedAccount) -> Estimate | None:
        """About what has been used since the last bill."""
        account_no = self._opens(proof, USE)
        with self._db.read() as session:
            estimate = self._estimate(session, account_no, issued_bills(session, account_no))
        return estimate if estimate and proof.grant.covers(estimate.start, estimate.to) else None

    def balance(self, proof: VerifiedAccount | ProvenPhone) -> Balance:
        account_no = self._opens(proof, DUE)
        with self._db.read() as session:
            account, bills = account_row(session, account_no), issued_bills(session, account_no)
            ledger = ledger_seen_by(session, proof, account_no)
            estimate = self._estimate(session, account_no, bills)
            pending = paid(session, account_no, PENDING)
        balance = Balance(account.settlement_mode, ledger, pending, estimate, None)
        if account.settlement_mode != PREPAID_REMOTE or estimate is None or estimate.per_day <= 0:
            return balance
        days = int(max(balance.amount, ZERO) / estimate.per_day)
        return replace(balance, days_left=days)

    def arrears(self, proof: VerifiedAccount) -> Arrears | None:
        """None where nothing is past its due day."""
        account_no, today = self._opens(proof, BALANCE), self._today()
        with self._db.read() as session:
            ledger = ledger_seen_by(session, proof, account_no)
            overdue = tuple(owed for owed in ledger.owed if owed.days_overdue(today))
            if not overdue:
                return None
            supply, pending = supply_of(session, account_no), paid(session, account_no, PENDING)
            account = account_row(session, account_no)
            missing = missing_notices(session, account, supply.cut_at, overdue[0])
        rate = rate_of(self._tariffs.late_fees, account.customer_class)
        return Arrears(
            overdue,
            oldest_due=overdue[0].bill.due_on,
            days_overdue=overdue[0].days_overdue(today),
            total_owed=ledger.total_owed,
            late_fee=sum((owed.late_fee(rate, today) for owed in overdue), ZERO),
            late_fee_unverified=self._tariffs.late_fees.source.unverified,
            pending=pending,
            supply=supply,
            missing_notices=missing,
        )

    def supply(self, proof: VerifiedAccount) -> Supply:
        account_no = self._opens(proof, BALANCE)
        with self._db.read() as session:
            return supply_of(session, account_no)

    def payment_status(self, proof: VerifiedAccount, count: int = 3) -> PaymentStatus:
        account_no = self._opens(proof, BALANCE)
        with self._db.read() as session:
            newest_first = session.scalars(
                select(Payment)
                .where(Payment.account_no == account_no)
                .order_by(Payment.paid_at.desc(), Payment.payment_no)
            )
            seen = [p for p in newest_first if proof.grant.covers(local_day(p.paid_at), local_day(p.paid_at))]
            bills = seen_by(proof, issued_bills(session, account_no))[-count:]
            refunds = tuple(
                Refund(b, line) for b in reversed(bills) for line in b.lines if line.kind == LineKind.REFUND
            )
            return PaymentStatus(tuple(seen[:count]), ledger_seen_by(session, proof, account_no), refunds)

    def invoices(self, proof: VerifiedAccount, count: int = 6) -> Invoices:
        account_no = self._opens(proof, BILLS)
        mine = select(Invoice).where(Invoice.account_no == account_no)
        with self._db.read() as session:
            bills = seen_by(proof, issued_bills(session, account_no))
            newest_first = session.scalars(mine.order_by(Invoice.issued_on.desc(), Invoice.invoice_no.desc()))
            seen = {bill.bill_no for bill in bills}
            made_out = [invoice for invoice in newest_first if invoice.bill_no in seen]
        if not made_out:
            self._refuse_unless_given(account_no, "invoices")
        return Invoices(bills[-1] if bills else None, tuple(made_out[:count]))

    def usage(self, proof: VerifiedAccount, months: int = 6) -> Usage:
        """The newest months, and the days since the newest bill."""
        account_no = self._opens(proof, USE)
        with self._db.read() as session:
            bills = issued_bills(session, account_no)
            after = bills[-1].period_end if bills else self._today() - timedelta(days=31)
            days = day_uses(day_registers(session, account_no, after))
            seen = seen_by(proof, bills)[-months:]
            parts = _parts(session, seen)
        return Usage(tuple(seen), tuple(use for use in days if proof.grant.covers(use.day, use.day)), parts)

    def usage_between(self, proof: VerifiedAccount, first: date, last: date) -> Usage:
        """The months of bills from `first` to `last`, and those days of them whose readings are kept."""
        account_no = self._opens(proof, USE)
        with self._db.read() as session:
            bills = seen_by(proof, issued_bills(session, account_no))
            days = day_uses(day_registers(session, account_no, first - timedelta(days=1)))
            wanted = [bill for bill in bills if first.replace(day=1) <= bill.month <= last]
            parts = _parts(session, wanted)
        seen = [use for use in days if use.day <= last and proof.grant.covers(use.day, use.day)]
        return Usage(tuple(wanted), tuple(seen), parts)

    def used_on(self, proof: VerifiedAccount, day: date) -> Decimal | None:
        """kWh of one day; None where it was not read or may not be seen."""
        account_no = self._opens(proof, USE)
        with self._db.read() as session:
            days = day_uses(day_registers(session, account_no, day - timedelta(days=1)))
        seen = proof.grant.covers(day, day)
        return next((use.kwh for use in days if seen and use.day == day), None)

    def explain_high(self, proof: VerifiedAccount, month: date | None = None) -> Explanation | None:
        """The newest bill, or that of a month, against the one before; None without either of the two."""
        account_no = self._opens(proof, BILLS)
        with self._db.read() as session:
            bills = seen_by(proof, issued_bills(session, account_no))
            wanted = [n for n, b in enumerate(bills) if month is None or b.month == month.replace(day=1)]
            at = wanted[-1] if wanted else 0
            if at < 1:
                return None
            newest, account = bills[at], account_row(session, account_no)
            year_ago = newest.month.replace(year=newest.month.year - 1)
            last_year = next((bill for bill in bills if bill.month == year_ago), None)
            before = compare(newest, bills[at - 1])
            exchanged = exchanged_within(session, newest)
            changed = exchanged is not None
            likely = reasons(before, last_year, self._climate, account.customer_class, meter_exchanged=changed)
            savings = advise(self._tariffs, account.tariff_code, self._advised_months(session, account, bills))
            meters = tuple(meter_spans(session, newest)) if changed else ()
        against = compare(newest, last_year) if last_year else None
        return Explanation(before, against, likely, savings, meters, exchanged)

    def savings(self, proof: VerifiedAccount) -> tuple[Saving, ...] | None:
        """What would save in the year that was billed last; None where its registers cannot tell."""
        account_no = self._opens(proof, BILLS)
        with self._db.read() as session:
            account = account_row(session, account_no)
            months = self._advised_months(session, account, seen_by(proof, issued_bills(session, account_no)))
        found = advise(self._tariffs, account.tariff_code, months)
        return found if found or tells_times(months) else None

    def _advised_months(self, session: Session, account: CustomerAccount, bills: Sequence[Bill]) -> list[Month]:
        """The newest bills as they were measured; none where the tariff has changed among them."""
        newest = bills[-ADVISED_MONTHS:]
        uses = measured_uses(session, newest)
        if uses is None or any(bill.tariff_code != account.tariff_code for bill in newest):
            return []
        special = session.get(BillingTerms, account.account_no)
        return [Month(use, terms_of(account, special, self._tariffs, use.end)) for use in uses]

    def _estimate(self, session: Session, account_no: str, bills: Sequence[Bill]) -> Estimate | None:
        if not bills:
            return None
        return estimate_since(session, self._tariffs, account_row(session, account_no), bills[-1])

    def _many_ends(self, account: CustomerAccount) -> date | None:
        ends, today = account.household_of_many_until, self._today()
        return ends if ends is not None and today <= ends <= today + timedelta(days=REMIND_DAYS) else None

    def _opens(self, proof: AnyProof, scope: str) -> str:
        """The account a proof opens, whose books are what they are now: before any transaction, or Unavailable."""
        account_no = proof.opens(self._clock, scope)
        self._source.renew(account_no)
        return account_no

    def _refuse_unless_given(self, account_no: str, part: str) -> None:
        """None on file says nothing where the source does not tell: "there are none" could be wrong."""
        if part in self._source.not_given(account_no):
            raise NotFound("供电公司的系统没有提供这一项", code=NOT_GIVEN, detail=part)

    def _today(self) -> date:
        return local_day(self._clock.now())


def _parts(session: Session, bills: Sequence[Bill]) -> tuple[tuple[Register, Decimal], ...]:
    uses = measured_uses(session, bills[-1:])
    if not uses:
        return ()
    told = tuple((name, kwh) for name, kwh in uses[0].registers.items() if kwh)
    return told if len(told) > 1 else ()


def _begins_a_year(bill: Bill, bills: Sequence[Bill]) -> bool:
    """Whether the ladder began again with this bill, and mattered before."""
    stepped = any(line.kind == LineKind.STEP for line in bill.lines)
    return stepped and bill.kwh_before == 0 and any(b.month.year == bill.month.year - 1 for b in bills)
