"""What the demo's phones and its simulated WeChat server keep, so that several processes show the same."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class DemoWechat(Base):
    """One bubble on a demo phone's WeChat: of the `customer` or of the `account`."""

    __tablename__ = "demo_wechat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    openid: Mapped[str] = mapped_column(index=True)
    author: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemoFault(Base):
    """The next `left` sends on this channel fail with `code` (0: nobody answers)."""

    __tablename__ = "demo_faults"

    channel: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[int]
    left: Mapped[int]


class DemoWechatMedia(Base):
    """A picture or recording a demo phone has sent."""

    __tablename__ = "demo_wechat_media"

    media_id: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class DemoWechatToken(Base):
    """An access token the simulated server has given out."""

    __tablename__ = "demo_wechat_tokens"

    token: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
