"""The file of one account, put together for the customer who proved it."""

from dataclasses import dataclass

from bot.customers import Customers
from bot.customers.metering import Meter
from bot.customers.tables import Contact, CustomerAccount, CustomerAgreement, ServiceLocation


@dataclass(frozen=True)
class AccountFile:
    account: CustomerAccount
    former_numbers: tuple[str, ...]
    location: ServiceLocation | None
    meters: tuple[Meter, ...]
    contacts: tuple[Contact, ...]
    agreement: CustomerAgreement | None


def read_file(customers: Customers, account_no: str) -> AccountFile:
    agreements = customers.agreements(account_no)
    return AccountFile(
        account=customers.account(account_no),
        former_numbers=tuple(customers.former_numbers(account_no)),
        location=customers.location(account_no),
        meters=tuple(customers.meters(account_no)),
        contacts=tuple(customers.registered_contacts(account_no)),
        agreement=agreements[-1] if agreements else None,
    )
