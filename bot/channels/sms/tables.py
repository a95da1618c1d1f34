"""What the SMS channel keeps of its own: parts handed over and reported on, texts that came in, who is written to how,
and which process holds the carrier's line."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime

SENDING, TAKEN, ARRIVED, FAILED = "sending", "taken", "arrived", "failed"


class SmsPart(Base):
    """One part of a delivery: stored as `sending` before a carrier hears of it.

    sending ─▶ taken ─▶ arrived | failed. `times` counts the attempts whose fate is not known to be a refusal: above 1
    the customer may have it twice, and `doubtful` says that a carrier's answer was lost on the way.
    """

    __tablename__ = "sms_parts"
    __table_args__ = (Index("ix_sms_parts_ref", "ref"),)

    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[int]
    state: Mapped[str] = mapped_column(default=SENDING)
    ref: Mapped[str | None]
    code: Mapped[str | None]
    times: Mapped[int] = mapped_column(default=1)
    doubtful: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SmsReport(Base):
    """A carrier's report, kept as it came: it may come before we know the name it speaks of, and more than once."""

    __tablename__ = "sms_reports"

    ref: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    arrived: Mapped[bool | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SmsInbound(Base):
    """A text that came in, by the carrier's name for it. `outcome` is null until it is settled:

    taken · part (waits for the others) · command · more · echo · no_reply · repeated · too_many · silent · empty

    The words themselves are in the conversation; `text_key` is a keyed hash of them.
    """

    __tablename__ = "sms_inbound"
    __table_args__ = (Index("ix_sms_inbound_recent", "address", "received_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    text_key: Mapped[str]
    hazard: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SmsSegment(Base):
    """A part of a long text that waits for the others."""

    __tablename__ = "sms_segments"

    address: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SmsContact(Base):
    """What a number wishes: `notices_off_at` since TD; `proven_at`, when it last came through a way that proves it.

    `owed_way`: how notices that are owed reach it: sms, call, or family, and then `family_phone` is told instead.

    `silent_until`: not answered till then, for `silent_reason`.
    """

    __tablename__ = "sms_contacts"

    address: Mapped[str] = mapped_column(primary_key=True)
    notices_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owed_way: Mapped[str] = mapped_column(default="sms")
    family_phone: Mapped[str | None]
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    silent_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    silent_reason: Mapped[str | None]


class SmsLine(Base):
    """The one line to a carrier: who holds it until when, and how it is. `state`: connecting, open, refused, down."""

    __tablename__ = "sms_lines"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(default="down")
    detail: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
