"""Which day the demo rows were last dated for, so that seeding again does only what is due."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base


class DemoSeed(Base):
    __tablename__ = "demo_seed"

    part: Mapped[str] = mapped_column(primary_key=True)
    dated_for: Mapped[date]
    content: Mapped[str]
