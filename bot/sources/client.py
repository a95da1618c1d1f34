"""The client of a supplier's HTTP service: time limits, retries where they can help, a circuit breaker.

Whatever goes wrong is Unavailable; an answer that does not fit its types goes wrong too. Nothing is ever made up.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from bot.clock import Clock
from bot.errors import NotFound, Unavailable
from bot.sources.breaker import SAID, Breaker
from bot.sources.records import AccountsRecord, BooksRecord

log = structlog.get_logger()
T = TypeVar("T", bound=BaseModel)
RETRYABLE = frozenset({429, 502, 503, 504})
TRIES, PAUSES = 3, (0.2, 0.6)
MOST_BYTES = 8 << 20
FAILURES, OPEN_FOR = 5, timedelta(seconds=30)
MISSING = 404


class ServiceClient:
    """GET `/accounts?number=…` and GET `/accounts/{account_no}/books`, with a bearer key (docs/source-service.md)."""

    def __init__(
        self, url: str, key: str, timeout_seconds: float, clock: Clock, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout_seconds,
            trust_env=False,
        )
        self._timeout = timeout_seconds
        self._breaker = Breaker(clock, FAILURES, OPEN_FOR)
        self._sleep = sleep

    def accounts(self, number: str) -> AccountsRecord:
        """Accounts behind a phone, an account number, a former number or a meter number; none is an empty list."""
        return self._get("/accounts", AccountsRecord, {"number": number})

    def books(self, account_no: str) -> BooksRecord:
        """Raises NotFound for an account the service does not know."""
        return self._get(f"/accounts/{quote(account_no, safe='')}/books", BooksRecord, {})

    def close(self) -> None:
        self._http.close()

    def _get(self, path: str, record: type[T], params: dict[str, str]) -> T:
        with self._breaker.guarded():
            return _read(self._answer(path, params), record)

    def _answer(self, path: str, params: dict[str, str]) -> httpx.Response:
        """The answer of the last try. Only what may pass by itself is tried again."""
        for number in range(TRIES):
            reason = ""
            try:
                response = self._ask(path, params)
            except httpx.TransportError as error:
                reason = type(error).__name__
            else:
                if response.status_code not in RETRYABLE:
                    return response
                reason = str(response.status_code)
            if number < len(PAUSES):
                self._sleep(PAUSES[number])
        raise _unavailable(reason)

    def _ask(self, path: str, params: dict[str, str]) -> httpx.Response:
        """One try. The whole answer has to come in time: a service that drips is as good as one that is down."""
        until, body = time.monotonic() + self._timeout, bytearray()
        with self._http.stream("GET", path, params=params) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > until or len(body) > MOST_BYTES:
                    raise httpx.ReadTimeout("the answer is too slow or too long")
        return httpx.Response(response.status_code, content=bytes(body))


def _read(response: httpx.Response, record: type[T]) -> T:
    if response.status_code == MISSING:
        raise NotFound("没有这个户号", code="no_account")
    if response.status_code != httpx.codes.OK:
        raise _unavailable(str(response.status_code))
    try:
        return record.model_validate_json(response.content)
    except ValidationError as error:
        raise _unavailable(f"unreadable: {error.error_count()} errors in {record.__name__}") from None


def _unavailable(reason: str) -> Unavailable:
    log.warning("source_unavailable", reason=reason)
    return Unavailable(SAID, code="source_unavailable", detail=reason)
