"""Changes of who may know an account. Each is kept, and told to the phones registered before it, in one transaction."""

from functools import cache
from typing import Literal, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.customers.numbers import registered
from bot.customers.tables import Contact
from bot.identity.reading import texts
from bot.identity.tables import AccountChange
from bot.supplier import load_supplier

TAIL = 4
HOLDER, STAFF = "holder", "staff:"
Kind = Literal["phone_changed", "consent_given", "consent_ended", "bound", "unbound"]


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

    def record(
        self, session: Session, account_no: str, kind: Kind, by: str, request_key: str, *, who: str = ""
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
                told_phone=phones[0] if phones else None,
                at=now,
                told_at=now if phones else None,
            )
        )
        values = {"tail": account_no[-TAIL:], "who": who[-TAIL:], "hotline": _hotline()}
        text = str(texts()[kind]).format(**values)
        for number, phone in enumerate(phones):
            key = f"{request_key}:told:{number}"
            self._post.put(session, channel="sms", address=phone, text=text, request_key=key)

    def _told(self, account_no: str) -> Select[str]:
        query = registered().where(Contact.account_no == account_no).order_by(Contact.role != HOLDER, Contact.phone)
        return query.with_only_columns(Contact.phone)


def by_staff(staff_id: str) -> str:
    return STAFF + staff_id


@cache
def _hotline() -> str:
    return load_supplier().hotline
