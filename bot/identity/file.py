"""The file of one account, put together for the customer who proved it."""

from dataclasses import dataclass

from bot.customers import Customers
from bot.customers.agreements import parts_missing
from bot.customers.metering import Meter, MeterExchange, MeterTest
from bot.customers.network import SupplyPoint, UsagePoint
from bot.customers.tables import Contact, CustomerAccount, CustomerAgreement, ServiceLocation


@dataclass(frozen=True)
class AccountFile:
    """`missing`: parts the agreement should have and has not. `let_in`: how many others the holder has let in."""

    account: CustomerAccount
    former_numbers: tuple[str, ...]
    location: ServiceLocation | None
    points: tuple[UsagePoint, ...]
    supplies: tuple[SupplyPoint, ...]
    meters: tuple[Meter, ...]
    exchanges: tuple[MeterExchange, ...]
    tests: tuple[MeterTest, ...]
    contacts: tuple[Contact, ...]
    let_in: int
    agreement: CustomerAgreement | None
    missing: tuple[str, ...]

    def exchanged(self, meter: Meter) -> bool:
        """Whether a meter took another's place."""
        return any(exchange.new_meter == meter.meter_no for exchange in self.exchanges)


def read_file(customers: Customers, account_no: str) -> AccountFile:
    account, agreements = customers.account(account_no), customers.agreements(account_no)
    agreement = agreements[-1] if agreements else None
    return AccountFile(
        account=account,
        former_numbers=tuple(customers.former_numbers(account_no)),
        location=customers.location(account_no),
        points=tuple(customers.usage_points(account_no)),
        supplies=tuple(customers.supply_points(account_no)),
        meters=tuple(customers.meters(account_no)),
        exchanges=tuple(customers.meter_exchanges(account_no)),
        tests=tuple(customers.meter_tests(account_no)),
        contacts=tuple(customers.registered_contacts(account_no)),
        let_in=len(customers.consents(account_no)),
        agreement=agreement,
        missing=tuple(parts_missing(account, agreement)) if agreement else (),
    )
