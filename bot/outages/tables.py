"""Outages with their revisions, reports of no power, wishes for notices.

PlannedOutage and UnplannedOutage of IEC 61968 are one table with a kind.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime

PLANNED, UNPLANNED = "planned", "unplanned"
ANNOUNCED, ACTIVE, RESTORED, WITHDRAWN = "announced", "active", "restored", "withdrawn"


class Outage(Base):
    """One interruption of one piece of the network, on whatever level. Its times are estimates until it is restored."""

    __tablename__ = "outages"
    __table_args__ = (Index("ix_outages_current", "status", "starts_at"),)

    no: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    node: Mapped[str] = mapped_column(index=True)
    area_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    cause: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_restoration: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_news_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    crew_on_site: Mapped[bool] = mapped_column(default=False)
    revisions: Mapped[int] = mapped_column(default=0)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutageRevision(Base):
    """What was told before and is no longer."""

    __tablename__ = "outage_revisions"

    outage_no: Mapped[str] = mapped_column(ForeignKey("outages.no"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    expected_restoration: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoPowerReport(Base):
    """Somebody without power, and where on the network: what suspected outages are made of."""

    __tablename__ = "no_power_reports"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    account_no: Mapped[str | None] = mapped_column(index=True)
    box: Mapped[str | None] = mapped_column(index=True)
    transformer: Mapped[str | None] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(Text, default="")
    neighbours: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OutageSubscription(Base):
    """Whether an account wishes notices beyond those it is owed."""

    __tablename__ = "outage_subscriptions"

    account_no: Mapped[str] = mapped_column(primary_key=True)
    wished: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
