"""What the policies could not answer, and what customers thought of the answers, for the editors."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class UnansweredQuestion(Base):
    __tablename__ = "unanswered_questions"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PolicyRating(Base):
    """One customer's thumb on one answer. `helpful` False: the editors look at the policy."""

    __tablename__ = "policy_ratings"

    request_key: Mapped[str] = mapped_column(primary_key=True)
    policy_id: Mapped[str] = mapped_column(index=True)
    helpful: Mapped[bool]
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
