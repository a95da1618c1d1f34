"""Money stays exact and time stays aware, in the database as in the program."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, mapped_column

from bot.clock import LOCAL
from bot.storage.base import Base, UtcDateTime, money
from bot.storage.engine import Database


class Ledger(Base):
    __tablename__ = "test_ledger"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Decimal] = mapped_column(money())
    at: Mapped[datetime] = mapped_column(UtcDateTime)


NOON = datetime(2026, 11, 24, 12, 0, tzinfo=LOCAL)


def test_cents_add_up_exactly(any_db: Database) -> None:
    with any_db.write() as session:
        session.add_all(Ledger(id=n, amount=Decimal("0.10"), at=NOON) for n in range(3))
    with any_db.read() as session:
        assert session.scalar(select(func.sum(Ledger.amount))) == Decimal("0.30")


def test_an_amount_finer_than_a_cent_is_refused(any_db: Database) -> None:
    with pytest.raises(StatementError), any_db.write() as session:
        session.add(Ledger(id=1, amount=Decimal("0.001"), at=NOON))


def test_an_instant_comes_back_in_utc(any_db: Database) -> None:
    with any_db.write() as session:
        session.add(Ledger(id=1, amount=Decimal("1"), at=NOON))
    with any_db.read() as session:
        assert session.scalars(select(Ledger)).one().at == NOON.astimezone(UTC)
        assert session.scalars(select(Ledger)).one().at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(any_db: Database) -> None:
    with pytest.raises(StatementError), any_db.write() as session:
        session.add(Ledger(id=1, amount=Decimal("1"), at=datetime(2026, 11, 24)))


def test_an_error_leaves_nothing_behind(any_db: Database) -> None:
    with pytest.raises(RuntimeError), any_db.write() as session:
        session.add(Ledger(id=1, amount=Decimal("1"), at=NOON))
        session.flush()
        raise RuntimeError
    with any_db.read() as session:
        assert session.scalars(select(Ledger)).all() == []
