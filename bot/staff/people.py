"""Accounts of people: added with a role, given a one-time link, disabled. Nobody has a password they did not set."""

import secrets
import unicodedata
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock, NewId
from bot.errors import Conflict, InvalidInput, NotFound
from bot.staff import totp
from bot.staff.audit import Audit
from bot.staff.passwords import hashed, matches
from bot.staff.roles import ADMINISTRATOR, ROLES
from bot.staff.sessions import end_sessions
from bot.staff.tables import StaffLink, StaffMember
from bot.staff.tokens import new_token, token_hash
from bot.storage.engine import Database

LINK_HOURS = 24
LONGEST_NAME = 40
LINK_OVER = "这个链接已经用过、过期或不存在,请向管理员要一个新的。"


def plain_login(typed: str) -> str:
    """A login name as it is compared: case and width do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


class People:
    def __init__(self, db: Database, clock: Clock, new_id: NewId, audit: Audit, secret: bytes) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._audit = audit
        self._secret = secret

    def add(self, login: str, role: str, name: str = "", *, by: str = "console") -> StaffMember:
        login = plain_login(login)
        name = name.strip() or login
        if not login or any(c.isspace() or not c.isprintable() for c in login):
            raise InvalidInput("登录名不能为空,也不能有空格", code="bad_login")
        if max(len(login), len(name)) > LONGEST_NAME:
            raise InvalidInput(f"登录名和姓名最长 {LONGEST_NAME} 个字符", code="bad_login")
        if role not in ROLES:
            raise InvalidInput(f"没有角色 {role},可用的是 {'、'.join(ROLES)}", code="bad_role")
        with self._db.write() as session:
            if session.scalar(select(StaffMember.id).where(StaffMember.login == login)) is not None:
                raise Conflict(f"已经有登录名 {login}", code="login_taken")
            member = StaffMember(id=self._new_id(), login=login, name=name, role=role, made_at=self._clock.now())
            session.add(member)
            self._audit.did(session, by, "person_added", login)
            return member

    def all(self) -> list[StaffMember]:
        with self._db.read() as session:
            return list(session.scalars(select(StaffMember).order_by(StaffMember.login)))

    def one(self, login: str) -> StaffMember:
        with self._db.read() as session:
            return _of_login(session, login)

    def somebody_administers(self) -> bool:
        """Whether an administrator can log in."""
        query = select(func.count()).select_from(StaffMember).where(StaffMember.role == ADMINISTRATOR)
        with self._db.read() as session:
            able = query.where(StaffMember.active.is_(True), StaffMember.password_hash.is_not(None))
            return bool(session.scalar(able))

    def link(self, login: str, *, by: str = "console") -> str:
        """The token of a new one-time link; earlier ones of this person are void."""
        token = new_token()
        with self._db.write() as session:
            member = _of_login(session, login)
            if not member.active:
                raise Conflict("这个账号已停用", code="disabled")
            self._void_links(session, member.id)
            expires = self._clock.now() + timedelta(hours=LINK_HOURS)
            session.add(StaffLink(token_hash=token_hash(token), member_id=member.id, expires_at=expires))
            self._audit.did(session, by, "link_made", member.login)
        return token

    def link_holder(self, token: str) -> StaffMember:
        """Whose link this is, while it holds."""
        with self._db.read() as session:
            return self._holder(session, token)

    def set_password(self, token: str, password: str) -> None:
        """Sets the password of a link's person, once. All their sessions and links end with it."""
        holder = self.link_holder(token)
        kept = hashed(password, holder.login)
        with self._db.write() as session:
            member = self._holder(session, token)
            used = session.execute(
                update(StaffLink)
                .where(StaffLink.token_hash == token_hash(token), StaffLink.used_at.is_(None))
                .values(used_at=self._clock.now())
            )
            if not used.rowcount:  # type: ignore[attr-defined]
                raise NotFound(LINK_OVER, code="link_over")
            self._new_password(session, member, kept)

    def change_password(self, member_id: str, old: str, new: str) -> None:
        """By the person themselves; every session ends, theirs too."""
        with self._db.read() as session:
            member = session.get_one(StaffMember, member_id)
        if not matches(member.password_hash, old):
            raise InvalidInput("原密码不对", code="wrong_password")
        kept = hashed(new, member.login)
        with self._db.write() as session:
            self._new_password(session, session.get_one(StaffMember, member_id), kept)

    def disable(self, login: str, *, by: str = "console") -> None:
        """Nobody logs in as them any more, and whoever is logged in is put out at once."""
        with self._db.write() as session:
            member = _of_login(session, login)
            if member.id == by:
                raise Conflict("不能停用自己的账号", code="own_account")
            member.active = False
            self._void_links(session, member.id)
            end_sessions(session, member.id)
            self._audit.did(session, by, "person_disabled", member.login)

    def enable(self, login: str, *, by: str = "console") -> None:
        with self._db.write() as session:
            member = _of_login(session, login)
            member.active = True
            self._audit.did(session, by, "person_enabled", member.login)

    def put_out(self, login: str, *, by: str) -> None:
        """Ends every session of a person."""
        with self._db.write() as session:
            member = _of_login(session, login)
            end_sessions(session, member.id)
            self._audit.did(session, by, "sessions_ended", member.login)

    def new_totp(self, member_id: str) -> bytes:
        """A new secret for an authenticator app; it counts once a code of it has been typed."""
        with self._db.write() as session:
            member = session.get_one(StaffMember, member_id)
            if member.totp_on:
                raise Conflict("动态码已经开启", code="totp_on")
            member.totp_nonce = secrets.token_hex(16)
            return totp.secret_of(self._secret, member.totp_nonce)

    def confirm_totp(self, member_id: str, typed: str) -> None:
        with self._db.write() as session:
            member = session.get_one(StaffMember, member_id)
            nonce = member.totp_nonce
            step = totp.step_of(totp.secret_of(self._secret, nonce), typed, self._clock.now()) if nonce else None
            if step is None:
                raise InvalidInput("动态码不对,请看应用里最新的一个", code="wrong_code")
            member.totp_on, member.totp_step = True, step
            self._audit.did(session, member_id, "totp_on", member.login)

    def totp_off(self, login: str, *, by: str) -> None:
        with self._db.write() as session:
            member = _of_login(session, login)
            member.totp_on, member.totp_nonce = False, None
            self._audit.did(session, by, "totp_off", member.login)

    def _holder(self, session: Session, token: str) -> StaffMember:
        member = session.scalar(
            select(StaffMember)
            .join(StaffLink, StaffLink.member_id == StaffMember.id)
            .where(StaffLink.token_hash == token_hash(token), StaffLink.used_at.is_(None))
            .where(StaffLink.expires_at > self._clock.now(), StaffMember.active.is_(True))
        )
        if member is None:
            raise NotFound(LINK_OVER, code="link_over")
        return member

    def _new_password(self, session: Session, member: StaffMember, kept: str) -> None:
        member.password_hash = kept
        self._void_links(session, member.id)
        end_sessions(session, member.id)
        self._audit.did(session, member.id, "password_set", member.login)

    def _void_links(self, session: Session, member_id: str) -> None:
        session.execute(
            update(StaffLink)
            .where(StaffLink.member_id == member_id, StaffLink.used_at.is_(None))
            .values(used_at=self._clock.now())
        )


def _of_login(session: Session, login: str) -> StaffMember:
    member = session.scalar(select(StaffMember).where(StaffMember.login == plain_login(login)))
    if member is None:
        raise NotFound(f"没有登录名 {plain_login(login)}", code="no_person")
    return member
