"""Logging in, and who is behind a cookie. A wrong name, password or code get one answer after the same work."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import NotAllowed, RateLimited
from bot.settings import Settings
from bot.staff import totp
from bot.staff.audit import Audit
from bot.staff.passwords import matches
from bot.staff.people import plain_login
from bot.staff.tables import LoginAttempt, StaffMember, StaffSession
from bot.staff.tokens import keyed, new_token, token_hash
from bot.storage.engine import Database

WINDOW = timedelta(minutes=15)
NAMES_AN_ADDRESS = 10
TOUCH_EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class Person:
    """Who is behind a request, and the session it came with."""

    id: str
    login: str
    name: str
    role: str
    session: str
    totp_on: bool = False


class Door:
    def __init__(self, db: Database, clock: Clock, settings: Settings, audit: Audit, secret: bytes) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._audit = audit
        self._secret = secret

    def log_in(self, login: str, password: str, code: str, address: str) -> str:
        """The token of a new session."""
        attempt = self._count(plain_login(login), address)
        with self._db.read() as session:
            member = session.scalar(select(StaffMember).where(StaffMember.login == plain_login(login)))
        able = member is not None and member.active
        fits = matches(member.password_hash if member is not None and able else None, password)
        step = self._step(member, code)
        token = new_token()
        with self._db.write() as session:
            if member is None or not fits or not self._enter(session, member, step, token):
                raise NotAllowed("登录名、密码或动态码不对", code="wrong_login")
            session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt))
        return token

    def person(self, token: str, *, acting: bool = True) -> Person | None:
        """Who holds this cookie now. `acting`: they did something, rather than their page looking again by itself."""
        now = self._clock.now()
        with self._db.read() as session:
            row = session.execute(
                select(StaffSession, StaffMember)
                .join(StaffMember, StaffMember.id == StaffSession.member_id)
                .where(StaffSession.token_hash == token_hash(token), StaffSession.ends_at > now)
                .where(StaffSession.used_at > now - self._idle, StaffMember.active.is_(True))
            ).first()
        if row is None:
            return None
        held, member = row
        if (held.used_at if acting else held.seen_at) < now - TOUCH_EVERY:
            self._touch(held.token_hash, acting)
        return Person(member.id, member.login, member.name, member.role, held.token_hash, member.totp_on)

    def log_out(self, person: Person) -> None:
        with self._db.write() as session:
            session.execute(delete(StaffSession).where(StaffSession.token_hash == person.session))
            self._audit.did(session, person.id, "logged_out", person.login)

    def csrf_token(self, person: Person) -> str:
        """What every change of this session must carry; it follows from the session and is kept nowhere."""
        return keyed(self._secret, "csrf", person.session)

    def present(self) -> set[str]:
        """The people whose page is open."""
        now = self._clock.now()
        since = now - timedelta(seconds=self._settings.agent_absent_seconds)
        with self._db.read() as session:
            return set(
                session.scalars(
                    select(StaffSession.member_id)
                    .join(StaffMember, StaffMember.id == StaffSession.member_id)
                    .where(StaffSession.seen_at > since, StaffSession.ends_at > now, StaffMember.active.is_(True))
                    .where(StaffSession.used_at > now - self._idle)
                )
            )

    @property
    def _idle(self) -> timedelta:
        return timedelta(minutes=self._settings.staff_idle_minutes)

    def _count(self, login: str, address: str) -> int:
        """Each try is stored before any is counted, so that many at the same moment are not each the last allowed."""
        now = self._clock.now()
        login_key, address_key = keyed(self._secret, "login", login), keyed(self._secret, "address", address)
        with self._db.write() as session:
            session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - WINDOW))
            attempt = LoginAttempt(login_key=login_key, address_key=address_key, at=now)
            session.add(attempt)
        limit = self._settings.login_failures
        with self._db.read() as session:
            by_login = _count_of(session, LoginAttempt.login_key == login_key)
            by_address = _count_of(session, LoginAttempt.address_key == address_key)
        if by_login > limit or by_address > limit * NAMES_AN_ADDRESS * self._settings.limit_factor:
            with self._db.write() as session:
                session.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt.id))
            wait = int(WINDOW.total_seconds())
            raise RateLimited("试的次数太多了,请 15 分钟后再试", retry_after=wait, code="too_many_logins")
        return attempt.id

    def _step(self, member: StaffMember | None, code: str) -> int | None:
        nonce = member.totp_nonce if member is not None else None
        return totp.step_of(totp.secret_of(self._secret, nonce or ""), code, self._clock.now())

    def _enter(self, session: Session, member: StaffMember, step: int | None, token: str) -> bool:
        """Starts the session, if nothing about the person has changed meanwhile. A code is good once."""
        now = self._clock.now()
        same = update(StaffMember).where(
            StaffMember.id == member.id,
            StaffMember.active.is_(True),
            StaffMember.password_hash == member.password_hash,
            or_(StaffMember.totp_on.is_(False), StaffMember.totp_step < (step or 0)),
        )
        entered = session.execute(same.values(totp_step=step if member.totp_on else member.totp_step))
        if not entered.rowcount:  # type: ignore[attr-defined]
            return False
        ends = now + timedelta(hours=self._settings.staff_session_hours)
        session.execute(delete(StaffSession).where(StaffSession.ends_at < now))
        session.add(
            StaffSession(
                token_hash=token_hash(token), member_id=member.id, began_at=now, used_at=now, seen_at=now, ends_at=ends
            )
        )
        self._audit.did(session, member.id, "logged_in", member.login)
        return True

    def _touch(self, session_hash: str, acting: bool) -> None:
        now = self._clock.now()
        times = {"seen_at": now, "used_at": now} if acting else {"seen_at": now}
        with self._db.write() as session:
            session.execute(update(StaffSession).where(StaffSession.token_hash == session_hash).values(**times))


def _count_of(session: Session, same: object) -> int:
    return session.scalar(select(func.count()).select_from(LoginAttempt).where(same)) or 0  # type: ignore[arg-type]
