"""One-time codes and what they verified, channel bindings, and changes that had to be told.

Phones and typed numbers that anybody may try are kept only as keyed hashes.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class OneTimeCode(Base):
    """One code asked for. The code itself is nowhere: it follows from `nonce` and the installation's secret.

    A row is made in the same way whether or not the account exists; `account_nos` is empty where it does not.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_typed", "typed_key", "created_at"),
        Index("ix_one_time_codes_phone", "phone_key", "created_at"),
        Index("ix_one_time_codes_account", "account_key", "created_at"),
        Index("ix_one_time_codes_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str]
    typed_key: Mapped[str]
    phone_key: Mapped[str]
    account_key: Mapped[str]
    account_nos: Mapped[list[str]] = mapped_column(JSON, default=list)
    nonce: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    last_try_key: Mapped[str | None]
    last_try_right: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CodeQuota(Base):
    """One row for each thing codes are counted by: locked while counting, so that two at once are not both the last."""

    __tablename__ = "code_quotas"

    key: Mapped[str] = mapped_column(primary_key=True)


class Verification(Base):
    """This conversation has proved this account until `expires_at`, by a phone whose hash is `phone_key`."""

    __tablename__ = "verifications"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(primary_key=True)
    phone_key: Mapped[str]
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChannelBinding(Base):
    """An address of a channel (openid, phone) that may be told of an account without a code, at level 1.

    It rests on the phone it was proved with (`phone_key`) and falls with it.
    """

    __tablename__ = "channel_bindings"

    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), primary_key=True, index=True)
    phone_key: Mapped[str]
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountChange(Base):
    """A change of who may know an account, and whom it was told to: the phone registered before it.

    kind: phone_changed, consent_given, consent_ended, bound, unbound
    by: `holder`, `supplier` (its own service) or `staff:` with an id
    documents, note: which papers staff saw before it, and what they wrote down of them
    """

    __tablename__ = "account_changes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    request_key: Mapped[str] = mapped_column(unique=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    kind: Mapped[str]
    by: Mapped[str]
    documents: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    told_phone: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
