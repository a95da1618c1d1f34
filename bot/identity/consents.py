"""Whom the holder lets in: for what, as what, and until when. Given and ended by the verified holder or at the desk.

Somebody let in proves themselves by a code sent to the phone the consent names. That phone was named by a holder whose
own phone had been proved before, or by staff who saw documents: a phone never vouches for itself.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.clock import Clock, local_day
from bot.customers.numbers import consented, registered
from bot.customers.tables import Consent, Contact, CustomerAccount
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.identity.changes import HOLDER, NO_PAPERS, Changes, Papers, StaffAct, by_staff, checked
from bot.identity.grants import ROLES, SCOPES
from bot.identity.proof import NOT_GRANTED, VerifiedAccount
from bot.identity.reading import read_identifier
from bot.storage.engine import Database

MOST = 10  # consents of one account at a time: more is no household, and a list nobody reads


@dataclass(frozen=True)
class Guest:
    """Somebody to be let in. Without a scope they get what their role is for; without a last day it never runs out."""

    phone: str
    role: str
    name: str = ""
    scope: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


class Consents:
    def __init__(self, db: Database, clock: Clock, changes: Changes) -> None:
        self._db = db
        self._clock = clock
        self._changes = changes

    def let_in(self, proof: VerifiedAccount, guest: Guest, request_key: str) -> None:
        """By the holder. Whoever was let in themselves lets nobody in."""
        self._give(proof.opens(self._clock), guest, HOLDER, request_key)

    def let_in_at_desk(self, account_no: str, guest: Guest, papers: Papers, act: StaffAct) -> None:
        """By staff who have seen the holder's documents, or those of whoever may act for them."""
        self._give(account_no, guest, by_staff(act.staff_id), act.request_key, checked(papers), act)

    def current(self, proof: VerifiedAccount) -> list[Consent]:
        """Those that hold now, the oldest first."""
        query = consented(self._clock.now()).where(Consent.account_no == proof.opens(self._clock))
        with self._db.read() as session:
            return list(session.scalars(query.order_by(Consent.id)))

    def one(self, proof: VerifiedAccount, consent_id: int) -> Consent:
        """One consent of the holder's account, ended or not."""
        account_no = proof.opens(self._clock)
        with self._db.read() as session:
            consent = session.get(Consent, consent_id)
        if consent is None or consent.account_no != account_no:
            raise NotFound("没有这一条授权", code="no_consent")
        return consent

    def end(self, proof: VerifiedAccount, consent_id: int, request_key: str) -> None:
        """By the holder, at once."""
        self._end(proof.opens(self._clock), consent_id, HOLDER, request_key)

    def end_at_desk(self, account_no: str, consent_id: int, act: StaffAct) -> None:
        self._end(account_no, consent_id, by_staff(act.staff_id), act.request_key, act)

    def leave(self, proof: VerifiedAccount, request_key: str) -> None:
        """Somebody let in gives it up of their own accord."""
        consent_id = proof.grant.consent_id
        if consent_id is None:
            raise NotAllowed("您是登记的用户本人,不用退出", code=NOT_GRANTED)
        self._end(proof.account_no, consent_id, proof.grant.role, request_key)

    def _give(
        self,
        account_no: str,
        guest: Guest,
        by: str,
        request_key: str,
        papers: Papers = NO_PAPERS,
        act: StaffAct | None = None,
    ) -> None:
        today = local_day(self._clock.now())
        fit = _fit(guest, today)
        with self._db.write() as session:
            if self._done(session, account_no, request_key, act):
                return
            self._fits(session, account_no, fit.phone)
            self._changes.record(session, account_no, "consent_given", by, request_key, who=fit.phone, papers=papers)
            began = self._replace(session, account_no, fit, by)
            session.add(
                Consent(
                    request_key=request_key,
                    account_no=account_no,
                    phone=fit.phone,
                    name=fit.name,
                    role=fit.role,
                    scope=list(fit.scope or ROLES[fit.role]),
                    starts_on=fit.starts_on or began or today,
                    ends_on=fit.ends_on,
                    given_by=by,
                    given_at=self._clock.now(),
                )
            )

    def _done(self, session: Session, account_no: str, request_key: str, act: StaffAct | None) -> bool:
        """Whether this request was done already; staff must have seen the newest state."""
        if act is not None:
            return not self._changes.opens(session, account_no, act)
        return self._changes.known(session, request_key)

    def _fits(self, session: Session, account_no: str, phone: str) -> None:
        if session.get(CustomerAccount, account_no) is None:
            raise NotFound("没有这个户号", code="no_account")
        mine = registered().where(Contact.account_no == account_no, Contact.phone == phone)
        if session.scalar(mine) is not None:
            raise Conflict("这个手机号本来就是登记的号码,不用再授权", code="already_registered")
        others = consented(self._clock.now()).where(Consent.account_no == account_no, Consent.phone != phone)
        if len(session.scalars(others).all()) >= MOST:
            raise Conflict(f"一户最多授权 {MOST} 人,请先取消不用的", code="too_many_consents")

    def _replace(self, session: Session, account_no: str, guest: Guest, by: str) -> date | None:
        """A new consent to the same phone takes the place of the one before; the same role goes on from its start."""
        held = consented(self._clock.now()).where(Consent.account_no == account_no, Consent.phone == guest.phone)
        replaced = list(session.scalars(held))
        for consent in replaced:
            consent.ended_at, consent.ended_by = self._clock.now(), by
        return min((consent.starts_on for consent in replaced if consent.role == guest.role), default=None)

    def _end(self, account_no: str, consent_id: int, by: str, request_key: str, act: StaffAct | None = None) -> None:
        with self._db.write() as session:
            if self._done(session, account_no, request_key, act):
                return
            held = consented(self._clock.now()).where(Consent.account_no == account_no, Consent.id == consent_id)
            consent = session.scalar(held)
            if consent is None:
                raise NotFound("没有这一条授权", code="no_consent")
            self._changes.record(session, account_no, "consent_ended", by, request_key, who=consent.phone)
            session.execute(
                update(Consent)
                .where(Consent.id == consent_id, Consent.ended_at.is_(None))
                .values(ended_at=self._clock.now(), ended_by=by)
            )


def _fit(guest: Guest, today: date) -> Guest:
    identifier = read_identifier(guest.phone)
    if identifier is None or identifier.kind != "phone":
        raise InvalidInput("请给一个 11 位的手机号", code="no_phone")
    if guest.role not in ROLES or not set(guest.scope) <= set(SCOPES):
        raise InvalidInput("没有这种授权", code="no_such_role")
    if guest.ends_on is not None and guest.ends_on < (guest.starts_on or today):
        raise InvalidInput("到期日不能早于开始日", code="ends_before_start")
    return Guest(identifier.digits, guest.role, guest.name, guest.scope, guest.starts_on, guest.ends_on)
