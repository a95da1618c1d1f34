"""Putting what a source answered on file. Its word holds: what it changed is changed, what it took away is gone."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.billing.books import check_bill
from bot.billing.tables import Bill, BillingTerms, BillLine, ExportSettlement, Invoice, Payment
from bot.customers.metering import Meter, MeterExchange, MeterReading
from bot.customers.network import NetworkNode, SupplyPoint, UsagePoint
from bot.customers.numbers import registered
from bot.customers.tables import (
    AccountAlias,
    ArrearsNotice,
    Contact,
    CustomerAccount,
    CustomerAgreement,
    ServiceLocation,
    SupplyCommand,
)
from bot.identity.changes import Changes
from bot.sources.records import AccountRecord, BillRecord, BooksRecord, MeterRecord

APART = {"former_numbers", "address", "village", "station", "contacts", "meters", "agreements", "nodes", "supply"}
VERIFIED, SUPPLIER = "V", "supplier"


def file_account(session: Session, record: AccountRecord, changes: Changes, now: datetime) -> None:
    no = record.account_no
    session.merge(CustomerAccount(**record.model_dump(exclude=APART, exclude_unset=True)))
    session.flush()
    session.merge(
        ServiceLocation(account_no=no, address=record.address, village=record.village, station=record.station)
    )
    for alias in record.former_numbers:
        session.merge(AccountAlias(alias=alias, account_no=no))
    _file_meters(session, no, record.meters)
    _file_supply(session, record)
    _file_agreements(session, record)
    _file_contacts(session, record, changes, now)


def _file_meters(session: Session, account_no: str, meters: Iterable[MeterRecord]) -> None:
    for meter in meters:
        session.merge(UsagePoint(code=meter.usage_point, account_no=account_no))
        session.flush()
        session.merge(Meter(account_no=account_no, **meter.model_dump(exclude_unset=True)))


def _file_supply(session: Session, record: AccountRecord) -> None:
    """The way this account is supplied, with the pieces of the network on it."""
    for node in record.nodes:
        session.merge(NetworkNode(**node.model_dump(exclude_unset=True)))
    for point in record.supply:
        session.merge(UsagePoint(code=point.usage_point, account_no=record.account_no))
        session.flush()
        session.merge(SupplyPoint(**point.model_dump()))


def _file_agreements(session: Session, record: AccountRecord) -> None:
    """Where the service gives agreements, those it does not name any more are gone."""
    if record.agreements is None:
        return
    mine, kept = CustomerAgreement.account_no == record.account_no, [each.agreement_no for each in record.agreements]
    session.execute(delete(CustomerAgreement).where(mine, CustomerAgreement.agreement_no.not_in(kept)))
    for agreement in record.agreements:
        session.merge(CustomerAgreement(account_no=record.account_no, **agreement.model_dump()))


def _file_contacts(session: Session, record: AccountRecord, changes: Changes, now: datetime) -> None:
    """Contacts as the supplier has them. Where another phone is registered now, the one before it hears of it."""
    no = record.account_no
    before = set(session.scalars(registered().where(Contact.account_no == no).with_only_columns(Contact.phone)))
    after = {contact.phone for contact in record.contacts if contact.registered}
    if before and before != after:
        key = f"{SUPPLIER}:{no}:{now.isoformat()}"
        changes.record(session, no, "phone_changed", SUPPLIER, key, who=min(after - before, default=""))
    phones = [contact.phone for contact in record.contacts]
    session.execute(delete(Contact).where(Contact.account_no == no, Contact.phone.not_in(phones)))
    for contact in record.contacts:
        session.merge(Contact(account_no=no, **contact.model_dump()))


def file_books(session: Session, record: BooksRecord) -> None:
    """Raises InvalidInput for a bill that does not add up or cannot name its sources."""
    no = record.account_no
    _file_meters(session, no, record.meters)
    session.flush()
    for exchange in record.exchanges:
        session.merge(MeterExchange(account_no=no, **exchange.model_dump()))
    if record.terms is not None:
        session.merge(BillingTerms(account_no=no, **record.terms.model_dump()))
    for bill in _bills(record):
        check_bill(bill)
        session.merge(bill)
    for payment in record.payments:
        session.merge(Payment(account_no=no, **payment.model_dump()))
    for reading in record.readings:
        session.merge(MeterReading(**reading.model_dump()))
    for command in record.commands:
        session.merge(SupplyCommand(account_no=no, **command.model_dump()))
    for notice in record.notices:
        session.merge(ArrearsNotice(account_no=no, **notice.model_dump()))
    session.flush()
    for invoice in record.invoices or ():
        session.merge(Invoice(account_no=no, **invoice.model_dump()))
    for settled in record.settlements or ():
        month = settled.period_end.replace(day=1)
        session.merge(ExportSettlement(account_no=no, month=month, **settled.model_dump()))


def _bills(record: BooksRecord) -> Iterable[Bill]:
    return (_bill(record.account_no, bill) for bill in record.bills)


def _bill(account_no: str, bill: BillRecord) -> Bill:
    lines = [
        BillLine(bill_no=bill.bill_no, position=number, **line.model_dump())
        for number, line in enumerate(bill.lines, 1)
    ]
    return Bill(
        account_no=account_no,
        month=bill.period_end.replace(day=1),
        unverified=any(line.mark != VERIFIED for line in bill.lines),
        lines=lines,
        **bill.model_dump(exclude={"lines"}),
    )
