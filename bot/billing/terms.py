"""What of an account decides its price."""

from datetime import date
from decimal import Decimal

from bot.billing.engine import MixedUse, Terms
from bot.billing.tables import BillingTerms
from bot.billing.tariffs import Tariffs
from bot.customers.tables import CustomerAccount

ZERO = Decimal(0)


def terms_of(account: CustomerAccount, special: BillingTerms | None, tariffs: Tariffs, day: date) -> Terms:
    """The terms of one account for the bill whose period ends on `day`."""
    many = account.household_of_many_until is not None and day <= account.household_of_many_until
    allowed = account.allowance_until is None or day <= account.allowance_until
    return Terms(
        household_of_many=many,
        allowance_kwh=account.allowance_kwh * account.reading_cycle_months if allowed else ZERO,
        capacity_kva=account.capacity_kva,
        capacity_basis=account.capacity_basis,
        capacity_share=Decimal(account.reading_cycle_months),
        agreed_demand_kw=special.agreed_demand_kw if special else None,
        power_factor_standard=account.power_factor_standard,
        mixed=_mixed(account, special, tariffs, day) if special else None,
    )


def _mixed(account: CustomerAccount, special: BillingTerms, tariffs: Tariffs, day: date) -> MixedUse | None:
    if special.mixed_tariff is None:
        return None
    kwh = special.mixed_kwh * account.reading_cycle_months if special.mixed_kwh is not None else None
    return MixedUse(tariffs.on(special.mixed_tariff, day), special.mixed_share, kwh)
