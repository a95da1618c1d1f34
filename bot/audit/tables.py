"""What the audit has found, and what it saw last of the terms that may not change silently."""

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base


class AuditFinding(Base):
    """One thing that does not look right. The same finding has the same key every night, and one ticket.

    `facts` fill the wording of its kind; `ticket_no` is None while it waits for its turn.
    """

    __tablename__ = "audit_findings"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    account_no: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    found_on: Mapped[date] = mapped_column(index=True)
    ticket_no: Mapped[str | None]


class AuditedTerm(Base):
    """The multiplier of a meter or the tariff of an account, as the audit saw it last."""

    __tablename__ = "audited_terms"

    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    seen_on: Mapped[date]
