"""What a source of accounts has to be able to do. Narrow on purpose: whoever reads an account reads the tables.

Its counterpart for bills is `bot/billing/source.py`, asked by the doors themselves.
"""

from typing import Protocol


class AccountSource(Protocol):
    def find(self, number: str) -> None:
        """Brings on file the accounts behind a phone, an account number or a meter number, with their contacts.

        Raises Unavailable when that cannot be known now. Nothing there is not an error.
        """


class BuiltInAccounts:
    """The built-in database: what is on file is what there is."""

    def find(self, number: str) -> None:
        """Nothing to bring."""
