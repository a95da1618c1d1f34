"""What WeChat obliges us to remember: the shared access token, used signatures, quotas, media still to be fetched."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime

WANTED, FETCHED, LOST = "wanted", "fetched", "lost"


class WechatToken(Base):
    """The access token of one account, shared by all processes; `lease_until`: somebody is fetching a new one."""

    __tablename__ = "wechat_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    forced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WechatSignature(Base):
    """A signature that came, and the delivery it came with."""

    __tablename__ = "wechat_signatures"

    signature: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WechatWindow(Base):
    """How many customer-service messages may still go to one follower, and until when."""

    __tablename__ = "wechat_windows"

    openid: Mapped[str] = mapped_column(primary_key=True)
    left: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    told_elsewhere: Mapped[bool] = mapped_column(default=False)


class WechatGrant(Base):
    """Subscription messages a follower has allowed: one for each acceptance of a template."""

    __tablename__ = "wechat_grants"

    openid: Mapped[str] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(primary_key=True)
    left: Mapped[int]


class WechatMedia(Base):
    """A picture or a recording that WeChat keeps for three days and we have still to fetch.

    A picture becomes a message once it is here; a recording belongs to the message `seq`.
    """

    __tablename__ = "wechat_media"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"]),
        Index("ix_wechat_media_due", "state", "next_attempt_at"),
    )

    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    openid: Mapped[str]
    media_id: Mapped[str]
    conversation_id: Mapped[str | None]
    seq: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=WANTED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
