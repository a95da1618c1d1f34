"""What late payment costs: a part of the money owed for each day, by class and year. Pure.

Days run from the day after the due day to the day of payment (05-14); a day of a later year than the due day's
costs businesses more (05-13). No least amount: whether one still holds is not known (05-15).
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.lines import CENT
from bot.billing.tariffs import LateFeeRate, LateFees
from bot.customers.tables import RESIDENTIAL


def rate_of(fees: LateFees, customer_class: str) -> LateFeeRate:
    return fees.residential if customer_class == RESIDENTIAL else fees.others


def late_fee(rate: LateFeeRate, amount: Decimal, due_on: date, until: date) -> Decimal:
    """Yuan owed for `amount` paid (or still unpaid) on the day `until`."""
    days = max((until - due_on).days, 0)
    same_year = min(days, (date(due_on.year, 12, 31) - due_on).days)
    owed = amount * (rate.same_year * same_year + rate.later_years * (days - same_year))
    return owed.quantize(CENT, ROUND_HALF_UP)
