"""How far an import has come: written in the same transaction as what was imported, gone when it is finished."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class ImportProgress(Base):
    """An unfinished import, found again by the content of its files. `steps`: lines or parts settled so far.

    counts: written, unchanged, refused · reports: bytes of each report of refused lines that are settled
    """

    __tablename__ = "import_progress"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    steps: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reports: Mapped[dict[str, int]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
