"""What a source of bills has to be able to do: see to it that what is on file of an account is what is so now.

The doors read the tables and nothing else; see `docs/decisions/0016-records-come-through-the-tables.md`.
"""

from typing import Protocol

NOT_GIVEN = "not_given"


class BillingSource(Protocol):
    def renew(self, account_no: str) -> None:
        """Brings on file what the account's bills, payments, readings and supply are now.

        Raises Unavailable when that cannot be known now: what is on file is then not to be told as current.
        """

    def not_given(self, account_no: str) -> frozenset[str]:
        """What of the account the source never tells (`invoices`, `settlements`): none on file is then not none."""


class BuiltIn:
    """The built-in database: what is on file is what there is."""

    def renew(self, account_no: str) -> None:
        """Nothing to bring."""

    def not_given(self, account_no: str) -> frozenset[str]:
        return frozenset()
