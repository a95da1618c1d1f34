"""A supplier's service as the source of accounts and bills: asked before a door opens, filed, then read like any."""

import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.customers.tables import CustomerAccount
from bot.errors import InvalidInput, NotFound, Unavailable
from bot.identity import Identity
from bot.identity.changes import Changes
from bot.identity.reading import read_identifier
from bot.sources.breaker import SAID
from bot.sources.client import ServiceClient
from bot.sources.filing import file_account, file_books
from bot.sources.ports import AccountSource, BuiltInAccounts
from bot.storage.engine import Database

MOST_REMEMBERED = 10_000


class SupplierService:
    """AccountSource and BillingSource over HTTP. No transaction is open while the service is asked.

    What was brought less than `fresh_for` ago is not asked for again: one turn opens several doors.
    """

    def __init__(
        self, db: Database, clock: Clock, client: ServiceClient, changes: Changes, fresh_for: timedelta
    ) -> None:
        self._db = db
        self._clock = clock
        self._client = client
        self._changes = changes
        self._fresh_for = fresh_for
        self._brought: dict[str, tuple[datetime, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def find(self, number: str) -> None:
        accounts = self._client.accounts(number).accounts
        try:
            with self._db.write() as session:
                for account in accounts:
                    file_account(session, account, self._changes, self._clock.now())
        except IntegrityError as error:
            raise Unavailable(SAID, code="source_unavailable", detail="accounts contradict what is on file") from error

    def renew(self, account_no: str) -> None:
        if self._is_fresh(account_no):
            return
        try:
            books = self._client.books(account_no)
        except NotFound as error:
            raise Unavailable(SAID, code="source_unavailable", detail="account unknown to the source") from error
        if books.account_no != account_no:
            raise Unavailable(SAID, code="source_unavailable", detail="books of another account")
        try:
            with self._db.write() as session:
                session.get_one(CustomerAccount, account_no, with_for_update=True)
                file_books(session, books)
        except (InvalidInput, IntegrityError) as error:
            reason = getattr(error, "code", "books contradict what is on file")
            raise Unavailable(SAID, code="source_unavailable", detail=str(reason)) from error
        self._remember(account_no, books.not_given)

    def not_given(self, account_no: str) -> frozenset[str]:
        with self._lock:
            _, parts = self._brought.get(account_no, (None, frozenset()))
        return parts

    def _is_fresh(self, account_no: str) -> bool:
        with self._lock:
            brought = self._brought.get(account_no)
        return brought is not None and self._clock.now() - brought[0] < self._fresh_for

    def _remember(self, account_no: str, not_given: frozenset[str]) -> None:
        with self._lock:
            if len(self._brought) >= MOST_REMEMBERED:
                self._brought.clear()
            self._brought[account_no] = (self._clock.now(), not_given)


class SourcedIdentity(Identity):
    """Identity that has a source asked for the account behind a number before it looks for it."""

    source: AccountSource = BuiltInAccounts()

    def request_code(self, conversation_id: str, typed: str, request_key: str) -> None:
        """The source is asked for every number alike, so that the time taken tells nothing."""
        identifier = read_identifier(typed)
        if identifier is not None:
            self.source.find(identifier.digits)
        super().request_code(conversation_id, typed, request_key)

    def account_at_desk(self, typed: str) -> str | None:
        identifier = read_identifier(typed)
        if identifier is not None and identifier.kind != "phone":
            self.source.find(identifier.digits)
        return super().account_at_desk(typed)
