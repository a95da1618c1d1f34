"""People's accounts, their links and sessions, keys of programs, the audit trail. Secrets are kept only as hashes."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class StaffMember(Base):
    """One person. Without a password hash nobody can log in as them: a one-time link lets them set one."""

    __tablename__ = "staff_members"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    totp_nonce: Mapped[str | None]
    totp_on: Mapped[bool] = mapped_column(default=False)
    totp_step: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffLink(Base):
    """A one-time link at which a person sets their password."""

    __tablename__ = "staff_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """One browser of one person. `used_at`: they did something; `seen_at`: their page was open."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginAttempt(Base):
    """A try to log in that failed or is still being looked at; name and address as keyed hashes."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_login", "login_key", "at"),
        Index("ix_login_attempts_address", "address_key", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    login_key: Mapped[str]
    address_key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Base):
    """The key of a program, good for some scopes until it is revoked or has run out."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who read or did what, to which record, and what for. `times` counts repetitions within ten minutes."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject", "last_at"),
        Index("ix_audit_entries_actor", "actor", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    purpose: Mapped[str]
    detail: Mapped[list[str]] = mapped_column(JSON, default=list)
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
