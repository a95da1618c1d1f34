"""Changing the registered phone: by staff alone, who have seen the person and the papers. The old number hears of it.

There is no other way here: only a supplier's own service, where there is one, may bring another. A new phone is never
accepted on a code sent to the new phone, and a code to the old one only shows who holds that phone, not who the holder
is.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.customers.tables import Contact, CustomerAccount
from bot.errors import InvalidInput, NotAllowed
from bot.identity.changes import HOLDER, Changes, Papers, StaffAct, by_staff, checked
from bot.identity.reading import read_identifier
from bot.storage.engine import Database

LONGEST_NAME = 40
# Whose phone may be registered: it proves the whole account.
CONTACT_ROLES = (HOLDER, "family", "agent")


@dataclass(frozen=True)
class PhoneChange:
    """The new phone, whose it is and what they are to the account."""

    account_no: str
    phone: str
    name: str
    role: str
    papers: Papers


class Office:
    def __init__(self, db: Database, clock: Clock, changes: Changes) -> None:
        self._db = db
        self._clock = clock
        self._changes = changes

    def change_phone(self, change: PhoneChange, act: StaffAct) -> None:
        """The new phone takes the place of every one registered before. Proofs made with those fall at once."""
        phone, name = _checked(change)
        papers = checked(change.papers)
        with self._db.write() as session:
            if not self._changes.opens(session, change.account_no, act):
                return
            _refuse_the_dead(session, change)
            by = by_staff(act.staff_id)
            self._changes.record(
                session, change.account_no, "phone_changed", by, act.request_key, who=phone, papers=papers
            )
            session.execute(update(Contact).where(Contact.account_no == change.account_no).values(registered=False))
            session.merge(
                Contact(account_no=change.account_no, phone=phone, name=name, role=change.role, registered=True)
            )


def _checked(change: PhoneChange) -> tuple[str, str]:
    identifier = read_identifier(change.phone)
    if identifier is None or identifier.kind != "phone":
        raise InvalidInput("请给一个 11 位的手机号", code="no_phone")
    name = " ".join(change.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(f"请写机主姓名,最长 {LONGEST_NAME} 个字", code="no_name")
    if change.role not in CONTACT_ROLES:
        raise InvalidInput("请选机主是户主的什么人", code="no_such_role")
    return identifier.digits, name


def _refuse_the_dead(session: Session, change: PhoneChange) -> None:
    """A phone of the holder proves nothing after their death: to register one as theirs would lock everybody out."""
    if change.role == HOLDER and session.get_one(CustomerAccount, change.account_no).holder_deceased_on is not None:
        raise NotAllowed("户主已去世,新号码请登记为家人或代办人", code="holder_deceased")
