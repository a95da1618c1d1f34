"""What of an account decides its price."""

from datetime import date
from decimal import Decimal

from bot.billing.engine import Terms
from bot.customers.tables import CustomerAccount

ZERO = Decimal(0)


def terms_of(account: CustomerAccount, day: date) -> Terms:
    """The terms of one account for the bill whose period ends on `day`."""
    many = account.household_of_many_until is not None and day <= account.household_of_many_until
    allowed = account.allowance_until is None or day <= account.allowance_until
    return Terms(
        household_of_many=many,
        allowance_kwh=account.allowance_kwh * account.reading_cycle_months if allowed else ZERO,
        capacity_kva=account.capacity_kva,
        capacity_basis=account.capacity_basis,
        power_factor_standard=account.power_factor_standard,
    )
