"""Whether what is on file about an account can be right and is still in force: capacity, allowances, bills due,
agreements. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from bot.audit.findings import CLOSED, IN_SERVICE, Finding
from bot.audit.pictures import Picture
from bot.audit.rules import AuditRules
from bot.audit.use import PeriodUse
from bot.billing.periods import Period
from bot.customers.agreements import parts_missing
from bot.customers.tables import ENDED, IN_FORCE, CustomerAgreement

BILLS_LOOKED_AT = 3


def file_findings(picture: Picture, rules: AuditRules, day: date) -> Iterator[Finding]:
    """Agreements are looked at while they are still drafted; the rest once there is supply."""
    if picture.account.state == CLOSED:
        return
    for agreement in picture.agreements:
        yield from _agreement(picture, agreement, rules, day)
    if picture.account.state == IN_SERVICE:
        yield from _capacity(picture)
        yield from _expired(picture, day)


def late_bills(picture: Picture, found: Sequence[PeriodUse], rules: AuditRules, day: date) -> Iterator[Finding]:
    """Periods that were read and whose bill should have been out for some days."""
    account = picture.account
    for use in found[-BILLS_LOOKED_AT:]:
        period = Period(use.after + timedelta(days=1), use.end)
        due = period.issued_on + timedelta(days=rules.bill_late_days)
        if due <= day and period.month not in picture.billed:
            yield Finding("bill_late", account.account_no, account.account_no, f"{use.end}", {"day": f"{use.end}"})


def _capacity(picture: Picture) -> Iterator[Finding]:
    account = picture.account
    ratings = [meter.rated_kva for meter in picture.meters if meter.removed_on is None]
    known = [rating for rating in ratings if rating is not None]
    if account.capacity_kva is None or not known or len(known) < len(ratings):
        return
    rated = sum(known, Decimal(0))
    if account.capacity_kva > rated:
        facts = {"capacity": f"{account.capacity_kva.normalize():f}", "rated": f"{rated.normalize():f}"}
        distinct = f"{facts['capacity']}>{facts['rated']}"
        yield Finding("capacity_above_rating", account.account_no, account.account_no, distinct, facts)


def _expired(picture: Picture, day: date) -> Iterator[Finding]:
    account = picture.account
    ends = {
        "allowance_expired": account.allowance_until if account.allowance_kwh else None,
        "many_persons_expired": account.household_of_many_until,
    }
    for kind, end in ends.items():
        if end is not None and end < day:
            yield Finding(kind, account.account_no, account.account_no, f"{end}", {"day": f"{end}"})


def _agreement(picture: Picture, agreement: CustomerAgreement, rules: AuditRules, day: date) -> Iterator[Finding]:
    account = picture.account
    if agreement.state == ENDED:
        return
    manager = {"manager": account.account_manager or rules.nobody}

    def finding(kind: str, distinct: str, **facts: str) -> Finding:
        return Finding(kind, account.account_no, agreement.agreement_no, distinct, manager | facts)

    missing = parts_missing(account, agreement)
    if missing:
        names = "、".join(rules.parts[part] for part in missing)
        yield finding("agreement_incomplete", "+".join(missing), missing=names)
    if agreement.state != IN_FORCE or agreement.ends_on is None or agreement.auto_renewal:
        return
    ends = agreement.ends_on
    left = (ends - day).days
    if left < 0:
        yield finding("agreement_expired", f"{ends}", day=f"{ends}")
        return
    reached = [stage for stage in rules.agreement_days if left <= stage]
    if reached:
        yield finding("agreement_expiring", f"{ends}:{min(reached)}", day=f"{ends}", days=str(min(reached)))
