"""Changes of who may know an account. Each is kept, and told to the phones registered before it, in one transaction.

What staff do is on the audit trail besides, and is refused where somebody changed the account after they looked.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.customers.numbers import registered
from bot.customers.tables import Contact, CustomerAccount
from bot.errors import Conflict, InvalidInput, NotFound
from bot.identity.reading import texts
from bot.identity.tables import AccountChange
from bot.staff import audit
from bot.supplier import load_supplier

TAIL = 4
HOLDER, STAFF = "holder", "staff:"
Kind = Literal["phone_changed", "consent_given", "consent_ended", "bound", "unbound"]


DOCUMENTS = (
    "holder_id",
    "kinship",
    "death",
    "deputy",
    "tenancy",
    "licence",
    "premises",
    "other",
)
LONGEST_NOTE = 200


@dataclass(frozen=True)
class Papers:
    """Which papers staff have seen (kinds of `DOCUMENTS`) and what they wrote of them: never the numbers on them."""

    kinds: tuple[str, ...]
    note: str


NO_PAPERS = Papers((), "")


@dataclass(frozen=True)
class StaffAct:
    """What a member of staff does to an account: on which request, having seen everything up to the change `seen`."""

    staff_id: str
    request_key: str
    seen: int = 0


class Post(Protocol):
    def put(self, session: Session, *, channel: str, address: str, text: str, request_key: str) -> None:
        """Stores a text for an address within the caller's transaction; the same key again stores nothing."""


class Changes:
    def __init__(self, clock: Clock, post: Post) -> None:
        self._clock = clock
        self._post = post

    def known(self, session: Session, request_key: str) -> bool:
        """Whether the change of this request has been made already."""
        return session.scalar(select(AccountChange.id).where(AccountChange.request_key == request_key)) is not None

    def newest(self, session: Session, account_no: str) -> int:
        """The last change of an account; 0 before any."""
        return session.scalar(select(func.max(AccountChange.id)).where(AccountChange.account_no == account_no)) or 0

    def opens(self, session: Session, account_no: str, act: StaffAct) -> bool:
        """Whether a member of staff may go on: False where this request was done already.

        The account is locked, so that of two who looked at the same moment one is told to look again.
        """
        if session.get(CustomerAccount, account_no, with_for_update=True) is None:
            raise NotFound("没有这个户号", code="no_account")
        if self.known(session, act.request_key):
            return False
        if self.newest(session, account_no) != act.seen:
            raise Conflict("您打开页面以后,这一户又有变动。请刷新页面,看过新的内容再办", code="stale")
        return True

    def record(
        self,
        session: Session,
        account_no: str,
        kind: Kind,
        by: str,
        request_key: str,
        *,
        who: str = "",
        papers: Papers = NO_PAPERS,
    ) -> None:
        """Call it before the change itself: whoever is registered now is told of it. `who` is the phone it is about."""
        now = self._clock.now()
        phones = list(session.scalars(self._told(account_no)))
        session.add(
            AccountChange(
                request_key=request_key,
                account_no=account_no,
                kind=kind,
                by=by,
                documents=list(papers.kinds),
                note=papers.note,
                told_phone=phones[0] if phones else None,
                at=now,
                told_at=now if phones else None,
            )
        )
        if by.startswith(STAFF):
            audit.note(session, now, by.removeprefix(STAFF), kind, account_no)
        values = {"tail": account_no[-TAIL:], "who": who[-TAIL:], "hotline": _hotline()}
        text = str(texts()[kind]).format(**values)
        for number, phone in enumerate(phones):
            key = f"{request_key}:told:{number}"
            self._post.put(session, channel="sms", address=phone, text=text, request_key=key)

    def _told(self, account_no: str) -> Select[str]:
        query = registered().where(Contact.account_no == account_no).order_by(Contact.role != HOLDER, Contact.phone)
        return query.with_only_columns(Contact.phone)


def checked(papers: Papers) -> Papers:
    """Refuses a change for which no papers were seen, or of which nothing was written down."""
    if not papers.kinds or not set(papers.kinds) <= set(DOCUMENTS):
        raise InvalidInput("请勾选看过哪些证件", code="no_documents")
    note = " ".join(papers.note.split())
    if not note:
        raise InvalidInput("请写一句核对的情况,如“身份证与户名一致”", code="no_note")
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"核对情况最长 {LONGEST_NOTE} 个字", code="note_too_long")
    return Papers(papers.kinds, note)


def by_staff(staff_id: str) -> str:
    return STAFF + staff_id


@cache
def _hotline() -> str:
    return load_supplier().hotline
