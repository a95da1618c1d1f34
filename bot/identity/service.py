"""The doors: asking for a code, typing it, and opening the account it proved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.customers import Customers, axes_of
from bot.customers.axes import Axes
from bot.customers.tables import CustomerAccount, ServiceLocation
from bot.customers.trend import Trend
from bot.errors import InvalidInput, NotAllowed
from bot.identity.bindings import Bindings
from bot.identity.changes import Changes
from bot.identity.codes import TRIES, VALID_MINUTES, Codes, CodeSender, Outcome, Target, newest_code
from bot.identity.consents import Consents
from bot.identity.file import AccountFile, read_file
from bot.identity.grants import DUE, FILE, PLACE, USE, WHOLE, Grant, grant_of, level_1
from bot.identity.office import Office
from bot.identity.proof import AnyProof, ProvenPhone, VerifiedAccount, proven, verified
from bot.identity.reach import Reach, read_reach
from bot.identity.reading import Identifier, read_identifier, texts
from bot.identity.tables import OneTimeCode, Verification
from bot.identity.which import Known, Meant, which
from bot.settings import Settings
from bot.storage.base import table_of
from bot.storage.engine import Database

VERIFIED_FOR = timedelta(minutes=30)
PROVEN_FOR = timedelta(minutes=5)
Next = Literal["verified", "choose"]


@dataclass(frozen=True)
class Checked:
    """What came of a typed code. `choices` are the accounts of a phone that holds several, in their order."""

    outcome: Outcome | Next
    tries_left: int = 0
    choices: tuple[str, ...] = ()


VERIFICATIONS = table_of(Verification)
PROVED = (  # what a conversation has proved and may still speak of, newest first; asked in almost every turn
    select(VERIFICATIONS.c.account_no, VERIFICATIONS.c.phone_key, VERIFICATIONS.c.expires_at)
    .where(VERIFICATIONS.c.conversation_id == bindparam("conversation"))
    .where(VERIFICATIONS.c.expires_at > bindparam("now"))
    .order_by(VERIFICATIONS.c.verified_at.desc(), VERIFICATIONS.c.account_no)
)


class Identity:
    def __init__(self, db: Database, clock: Clock, settings: Settings, sender: CodeSender, secret: bytes) -> None:
        self._db = db
        self._clock = clock
        self._sender = sender
        self._customers = Customers(db, clock)
        self._codes = Codes(clock, settings, secret)
        self._changes = Changes(clock, sender)
        self.consents = Consents(db, clock, self._changes)
        self.bindings = Bindings(db, clock, self._changes, self)
        self.office = Office(db, clock, self._changes)

    def request_code(self, conversation_id: str, typed: str, request_key: str) -> None:
        """Sends a code to the registered phone, if there is one. What the caller sees never tells whether there was."""
        identifier = read_identifier(typed)
        if identifier is None:
            raise InvalidInput("没有认出手机号、户号或电表号", code="no_identifier")
        target = self._target(identifier)
        with self._db.write() as session:
            row, wanted = self._codes.issue(session, conversation_id, identifier, target, request_key)
        if wanted and target.phone:
            self._sender.send(target.phone, self._text(row), request_key, {"code": self._codes.code_of(row)})
        else:
            self._send_nothing(row.id)
        self._mark_sent(row.id)

    def check_code(self, conversation_id: str, typed: str, request_key: str) -> Checked:
        """Tries a code. Right: the account is verified, or, where the phone holds several, one is to be chosen."""
        with self._db.write() as session:
            tried = self._codes.try_code(session, conversation_id, typed, request_key)
            if tried.code is None:
                return Checked(tried.outcome, tried.tries_left)
            accounts = tuple(tried.code.account_nos)
            if len(accounts) == 1:
                self._verify(session, tried.code, accounts[0])
                return Checked("verified")
            return Checked("choose", choices=accounts)

    def awaits_code(self, conversation_id: str) -> bool:
        """Whether the newest code of the conversation could still be typed."""
        with self._db.read() as session:
            code = newest_code(session, conversation_id)
        return code is not None and code.used_at is None and code.tries < TRIES and code.expires_at > self._clock.now()

    def choices(self, conversation_id: str) -> tuple[str, ...]:
        """The accounts to choose from after a right code; empty when nothing is to be chosen."""
        with self._db.read() as session:
            code = self._proven_code(session, conversation_id)
            return tuple(code.account_nos) if code is not None and len(code.account_nos) > 1 else ()

    def choose(self, conversation_id: str, number: int) -> None:
        """Verifies one of the choices, counted from 1; another may be chosen until a new code is asked for."""
        with self._db.write() as session:
            code = self._proven_code(session, conversation_id)
            if code is None:
                raise NotAllowed("需要先验证身份", code="not_verified")
            if not 1 <= number <= len(code.account_nos):
                raise InvalidInput("没有这一项", code="no_such_choice")
            self._verify(session, code, code.account_nos[number - 1])

    def access_account(self, conversation_id: str, said: str = "") -> VerifiedAccount:
        """The guarded door. The account verified last in this conversation, while its phone may still prove it.

        Where `said` names a number, only an account it leads to will do. What the proof opens is what the phone is
        good for now: everything for a registered one, what a consent says for anybody else.
        """
        with self._db.read() as session:
            rows = session.execute(PROVED, {"conversation": conversation_id, "now": self._clock.now()}).all()
        identifier = read_identifier(said)
        meant = self._target(identifier).account_nos if identifier else None
        row = next((row for row in rows if meant is None or row.account_no in meant), None)
        if row is None:
            raise NotAllowed("需要先验证身份", code="not_verified")
        grant = self._grant(row.account_no, row.phone_key)
        if grant is None:
            raise NotAllowed("登记的手机号已变更,请重新验证", code="contact_changed")
        return verified(row.account_no, row.expires_at, grant, row.phone_key)

    def accounts_proved(self, conversation_id: str) -> tuple[str, ...]:
        """Every account this conversation may speak of now: proved, or a choice after a right code. Newest first."""
        with self._db.read() as session:
            rows = session.scalars(PROVED, {"conversation": conversation_id, "now": self._clock.now()}).all()
        return tuple(dict.fromkeys([*rows, *self.choices(conversation_id)]))

    def file(self, proof: VerifiedAccount) -> AccountFile:
        """Everything on file about the account of a proof."""
        return read_file(self._customers, proof.opens(self._clock, FILE))

    def location(self, proof: VerifiedAccount) -> ServiceLocation | None:
        """Where the account of a proof is supplied."""
        return self._customers.location(proof.opens(self._clock, PLACE))

    def axes(self, proof: VerifiedAccount) -> Axes:
        """Where the account of a proof stands on every axis of its class."""
        return axes_of(self._customers.account(proof.opens(self._clock, PLACE)))

    def manager(self, proof: VerifiedAccount) -> str | None:
        """Who looks after the account, where somebody does."""
        return self._customers.account(proof.opens(self._clock, PLACE)).account_manager

    def trend(self, proof: VerifiedAccount) -> tuple[Trend, CustomerAccount] | None:
        """A year of use with the account's terms, for whoever may see all its use and not only that of a term."""
        if not proof.grant.allows(USE) or not proof.grant.covers(date.min, date.max):
            return None
        account_no = proof.opens(self._clock, USE)
        trend = self._customers.trend(account_no)
        return (trend, self._customers.account(account_no)) if trend else None

    def turn_to(self, conversation_id: str, said: str) -> Meant:
        """Of the accounts proved here, makes the one a message speaks of the one that is spoken of from now on."""
        proved = self.accounts_proved(conversation_id)
        if not proved:
            return Meant("nothing")
        meant = self._named(said, proved) or which(said, [self._known(account_no) for account_no in proved], proved[0])
        if meant.said == "one":
            self._make_current(conversation_id, meant.account_nos[0])
        return meant

    def accounts_of_proven_phone(self, phone: str) -> tuple[ProvenPhone, ...]:
        """Level 1, for channels that have proved the phone themselves (a signed SMS gateway, a bound WeChat)."""
        key = self._codes.key("phone", phone)
        return self.proven_by(key, self._customers.accounts_of_phone(phone))

    def proven_by(self, phone_key: str, account_nos: Iterable[str]) -> tuple[ProvenPhone, ...]:
        """Level 1 for those of these accounts that the phone behind a key may still prove."""
        until = self._clock.now() + PROVEN_FOR
        grants = [(account_no, self._grant(account_no, phone_key)) for account_no in account_nos]
        return tuple(proven(account_no, until, level_1(grant), phone_key) for account_no, grant in grants if grant)

    def phone_behind(self, proof: AnyProof) -> str | None:
        """The phone a proof rests on, while it may still prove the account: where its bearer can be reached."""
        account_no = proof.opens(self._clock, DUE)
        registered = [contact.phone for contact in self._customers.registered_contacts(account_no)]
        consented = [consent.phone for consent in self._customers.consents(account_no)]
        return next((p for p in (*registered, *consented) if self._codes.key("phone", p) == proof.phone_key), None)

    def account_at_desk(self, typed: str) -> str | None:
        """The account a member of staff means by its number, a former one or a meter's. A phone leads to none."""
        identifier = read_identifier(typed)
        if identifier is None or identifier.kind == "phone":
            return None
        return self._customers.account_of(identifier.digits)

    def reach(self, account_no: str) -> Reach:
        """Who may know an account, for staff; what they are shown is put on the audit trail by the desk first."""
        return read_reach(self._db, account_no, self._customers, self._changes, self.bindings, self._codes.key)

    def forget(self, conversation_id: str) -> None:
        """Ends every verification of a conversation at once."""
        with self._db.write() as session:
            now = self._clock.now()
            session.execute(
                update(Verification)
                .where(Verification.conversation_id == conversation_id, Verification.expires_at > now)
                .values(expires_at=now)
            )
            session.execute(
                update(OneTimeCode)
                .where(OneTimeCode.conversation_id == conversation_id)
                .values(expires_at=now, account_nos=[])
            )

    def _target(self, identifier: Identifier) -> Target:
        """Every look-up is always made, so that neither kind of number nor its existence shows in the time taken."""
        by_phone = self._customers.accounts_of_phone(identifier.digits)
        account_no = self._customers.account_of(identifier.digits)
        phone = self._customers.registered_phone(account_no or "")
        if identifier.kind == "phone":
            return Target(identifier.digits if by_phone else None, tuple(by_phone))
        return Target(phone, (account_no,) if account_no and phone else ())

    def _text(self, row: OneTimeCode) -> str:
        return str(texts()["one_time_code"]).format(code=self._codes.code_of(row), minutes=VALID_MINUTES)

    def _send_nothing(self, code_id: int) -> None:
        """The work of storing a message, for those who get none."""
        with self._db.write() as session:
            if session.scalar(select(OneTimeCode.id).where(OneTimeCode.id == code_id)) is not None:
                session.execute(update(OneTimeCode).where(OneTimeCode.id == code_id).values(sent_at=self._clock.now()))

    def _mark_sent(self, code_id: int) -> None:
        with self._db.write() as session:
            session.execute(update(OneTimeCode).where(OneTimeCode.id == code_id).values(sent_at=self._clock.now()))

    def _proven_code(self, session: Session, conversation_id: str) -> OneTimeCode | None:
        """The newest code of the conversation, where it was typed rightly and the proof still lasts."""
        code = newest_code(session, conversation_id)
        used = code.used_at if code is not None else None
        return code if used is not None and used > self._clock.now() - VERIFIED_FOR else None

    def _verify(self, session: Session, code: OneTimeCode, account_no: str) -> None:
        assert code.used_at is not None
        session.merge(
            Verification(
                conversation_id=code.conversation_id,
                account_no=account_no,
                phone_key=code.phone_key,
                verified_at=self._clock.now(),
                expires_at=code.used_at + VERIFIED_FOR,
            )
        )

    def _named(self, said: str, proved: tuple[str, ...]) -> Meant | None:
        """By its number, where one is said."""
        identifier = read_identifier(said)
        if identifier is None:
            return None
        named = tuple(no for no in self._target(identifier).account_nos if no in proved)
        return Meant("one", named) if len(named) == 1 else Meant("nothing")

    def _known(self, account_no: str) -> Known:
        account, location = self._customers.account(account_no), self._customers.location(account_no)
        return Known(account_no, account.customer_class, location.village if location else "")

    def _make_current(self, conversation_id: str, account_no: str) -> None:
        """Its time runs on: speaking of an account does not prove it again."""
        choices = self.choices(conversation_id)
        with self._db.write() as session:
            row = session.get(Verification, (conversation_id, account_no))
            if row is not None and row.expires_at > self._clock.now():
                row.verified_at = self._clock.now()
                return
        self.choose(conversation_id, choices.index(account_no) + 1)

    def _grant(self, account_no: str, phone_key: str) -> Grant | None:
        """What the phone behind a key is good for now: the whole account, its newest consent, or nothing."""
        registered = self._customers.registered_contacts(account_no)
        if any(self._codes.key("phone", contact.phone) == phone_key for contact in registered):
            return WHOLE
        consents = self._customers.consents(account_no)
        held = [consent for consent in consents if self._codes.key("phone", consent.phone) == phone_key]
        return grant_of(held[-1]) if held else None
