"""A circuit breaker: after several failures in a row nothing is tried for a while, then one call tries the way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Unavailable

SAID = "供电公司的资料系统暂时连不上"


class Breaker:
    def __init__(self, clock: Clock, failures: int, pause: timedelta) -> None:
        self._clock = clock
        self._failures = failures
        self._pause = pause
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._open_until: datetime | None = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """One call. Unavailable counts as a failure; anything else, even another error, shows that the way is free."""
        self._enter()
        try:
            yield
        except Unavailable:
            self._failed()
            raise
        except Exception:
            self._worked()
            raise
        else:
            self._worked()

    def _enter(self) -> None:
        with self._lock:
            if self._open_until is None:
                return
            now = self._clock.now()
            if now < self._open_until:
                raise Unavailable(SAID, code="source_unavailable", detail="circuit open")
            self._open_until = now + self._pause  # this call tries the way; the others go on waiting

    def _failed(self) -> None:
        with self._lock:
            self._in_a_row += 1
            if self._in_a_row >= self._failures:
                self._open_until = self._clock.now() + self._pause

    def _worked(self) -> None:
        with self._lock:
            self._in_a_row, self._open_until = 0, None
