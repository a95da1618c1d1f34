"""Putting what a source answered on file. Its word holds: what it changed is changed, what it took away is gone."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.billing.books import check_bill
from bot.billing.tables import Bill, BillLine, Payment
from bot.customers.metering import Meter, MeterReading
from bot.customers.network import UsagePoint
from bot.customers.numbers import registered
from bot.customers.tables import AccountAlias, Contact, CustomerAccount, ServiceLocation, SupplyCommand
from bot.identity.changes import Changes
from bot.sources.records import AccountRecord, BillRecord, BooksRecord

APART = {"former_numbers", "address", "village", "station", "contacts", "meters"}
VERIFIED, SUPPLIER = "V", "supplier"


def file_account(session: Session, record: AccountRecord, changes: Changes, now: datetime) -> None:
    no = record.account_no
    session.merge(CustomerAccount(**record.model_dump(exclude=APART)))
    session.flush()
    session.merge(
        ServiceLocation(account_no=no, address=record.address, village=record.village, station=record.station)
    )
    for alias in record.former_numbers:
        session.merge(AccountAlias(alias=alias, account_no=no))
    for meter in record.meters:
        session.merge(UsagePoint(code=meter.usage_point, account_no=no))
        session.flush()
        session.merge(Meter(account_no=no, **meter.model_dump()))
    _file_contacts(session, record, changes, now)


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
    for bill in _bills(record):
        check_bill(bill)
        session.merge(bill)
    for payment in record.payments:
        session.merge(Payment(account_no=no, **payment.model_dump()))
    for reading in record.readings:
        session.merge(MeterReading(**reading.model_dump()))
    for command in record.commands:
        session.merge(SupplyCommand(account_no=no, **command.model_dump()))


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
