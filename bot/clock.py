"""One clock and one source of ids for the whole house, injected wherever time or chance matters."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that tests set and move by hand."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self.instant

    def advance(self, **kwargs: float) -> None:
        self.instant += timedelta(**kwargs)


class ShiftedClock:
    """Runs on from a given start: the clock of `LAMPLIGHTER_NOW` in test mode."""

    def __init__(self, start: datetime) -> None:
        self._offset = start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset


def local(instant: datetime) -> datetime:
    """The same instant on the clocks of the supplier (Asia/Shanghai)."""
    return instant.astimezone(LOCAL)


def local_day(instant: datetime) -> date:
    return local(instant).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An hour of a local day as an instant in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL).astimezone(UTC)


NewId = Callable[[], str]


def new_id() -> str:
    """An unguessable id: 128 random bits, URL-safe."""
    return secrets.token_urlsafe(16)
