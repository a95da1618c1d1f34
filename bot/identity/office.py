"""Changing the registered phone: by staff alone, who have seen the person and the papers. The old number hears of it.

There is no other way. A new phone is never accepted on a code sent to the new phone, and a code to the old one only
shows who holds that phone, not who the holder is.
"""

from dataclasses import dataclass

from sqlalchemy import update

from bot.clock import Clock
from bot.customers.tables import Contact, CustomerAccount
from bot.errors import InvalidInput, NotFound
from bot.identity.changes import Changes, by_staff
from bot.identity.reading import read_identifier
from bot.storage.engine import Database


@dataclass(frozen=True)
class PhoneChange:
    """The new phone, whose it is and what they are to the account; `documents` says which papers were seen."""

    account_no: str
    phone: str
    name: str
    role: str
    documents: str


class Office:
    def __init__(self, db: Database, clock: Clock, changes: Changes) -> None:
        self._db = db
        self._clock = clock
        self._changes = changes

    def change_phone(self, change: PhoneChange, *, staff_id: str, request_key: str) -> None:
        """The new phone takes the place of every one registered before. Proofs made with those fall at once."""
        identifier = read_identifier(change.phone)
        if identifier is None or identifier.kind != "phone":
            raise InvalidInput("请给一个 11 位的手机号", code="no_phone")
        if not change.documents.strip() or not staff_id:
            raise InvalidInput("请写明看过哪些证件", code="no_documents")
        with self._db.write() as session:
            if self._changes.known(session, request_key):
                return
            if session.get(CustomerAccount, change.account_no) is None:
                raise NotFound("没有这个户号", code="no_account")
            by = by_staff(staff_id)
            self._changes.record(session, change.account_no, "phone_changed", by, request_key, who=identifier.digits)
            session.execute(update(Contact).where(Contact.account_no == change.account_no).values(registered=False))
            session.merge(
                Contact(
                    account_no=change.account_no,
                    phone=identifier.digits,
                    name=change.name,
                    role=change.role,
                    registered=True,
                )
            )
