"""Outages with their revisions, and reports of no power (IEC 61968: PlannedOutage, UnplannedOutage)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime

PLANNED, UNPLANNED = "planned", "unplanned"
ANNOUNCED, ACTIVE, RESTORED, WITHDRAWN = "announced", "active", "restored", "withdrawn"


class Outage(Base):
    """One interruption of a piece of the network. Times are estimates until `restored_at` is set."""

    __tablename__ = "outages"
    __table_args__ = (Index("ix_outages_now", "status", "starts_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    node: Mapped[str] = mapped_column(index=True)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    cause: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_restoration: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_news_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    crew_on_site: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default=ANNOUNCED)
    revision: Mapped[int] = mapped_column(default=0)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutageRevision(Base):
    """An expected time that was told before and is no longer."""

    __tablename__ = "outage_revisions"

    outage_id: Mapped[str] = mapped_column(ForeignKey("outages.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    expected_restoration: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    revised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoPowerReport(Base):
    """Somebody said they have no power: kept so that reports of one place can be put together."""

    __tablename__ = "no_power_reports"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    account_no: Mapped[str | None]
    place: Mapped[str] = mapped_column(Text)
    neighbours: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OutageSubscription(Base):
    """Service notices an account wishes, on or off. Owed notices are sent whatever stands here."""

    __tablename__ = "outage_subscriptions"

    account_no: Mapped[str] = mapped_column(primary_key=True)
    wished: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
