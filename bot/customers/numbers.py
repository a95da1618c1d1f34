"""Which account a number or a phone leads to. Each question is one query, whatever it finds: its time tells nothing."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, literal, or_, select, union, union_all

from bot.clock import local_day
from bot.customers.metering import Meter
from bot.customers.tables import AccountAlias, Consent, Contact, CustomerAccount


def by_number(number: str) -> Select[str]:
    """The account behind an account number, a former number or the number of a meter in place; the first holds."""
    found = union_all(
        select(literal(0).label("rank"), CustomerAccount.account_no).where(CustomerAccount.account_no == number),
        select(literal(1), AccountAlias.account_no).where(AccountAlias.alias == number),
        select(literal(2), Meter.account_no).where(Meter.meter_no == number, Meter.removed_on.is_(None)),
    ).subquery()
    return select(found.c.account_no).order_by(found.c.rank).limit(1)


def by_phone(phone: str, now: datetime) -> Select[str]:
    """Accounts a phone may prove, all of them or as far as a consent goes, in order of their numbers."""
    whole = registered().where(Contact.phone == phone).with_only_columns(Contact.account_no)
    let_in = consented(now).where(Consent.phone == phone).with_only_columns(Consent.account_no)
    found = union(whole, let_in).subquery()
    return select(found.c.account_no).order_by(found.c.account_no)


def registered() -> Select[Contact]:
    """Contacts whose phone proves the whole account. The phone of a holder who has died proves nothing any more."""
    alive = or_(Contact.role != "holder", CustomerAccount.holder_deceased_on.is_(None))
    query = select(Contact).join(CustomerAccount, CustomerAccount.account_no == Contact.account_no)
    return query.where(Contact.registered.is_(True), alive)


def consented(now: datetime) -> Select[Consent]:
    """Consents that hold now."""
    return select(Consent).where(*_holds(now))


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    today = local_day(now)
    return (
        Consent.starts_on <= today,
        or_(Consent.ends_on.is_(None), Consent.ends_on >= today),
        or_(Consent.ended_at.is_(None), Consent.ended_at > now),
    )
