"""The rows that cards about bills are made of. Every amount comes with the period it was used in."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Chart(Item):
    """A picture the page may fetch and show; `alt` says the same in words."""

    url: str
    alt: str


class LineItem(Item):
    """`source` is the document of the price, in force since `source_date`. What explains a line is found by `kind`."""

    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    source: str
    source_date: date


class BillItem(Item):
    month: date
    period_start: date
    period_end: date
    issued_on: date
    due_on: date
    kwh: Decimal
    amount: Decimal


class OwedItem(Item):
    """A bill and what of it is not paid."""

    bill: BillItem
    amount: Decimal


class EstimateItem(Item):
    """About how much was used since the last bill, by the end of the day `to`."""

    start: date
    to: date
    kwh: Decimal
    amount: Decimal


class MeterItem(Item):
    """What a meter showed at the beginning and the end; use is the difference times the multiplier."""

    meter_no: str
    first: Decimal
    last: Decimal
    multiplier: int


class ExchangeItem(Item):
    """A meter changed for another within the period. test of the old one: qualified, unqualified."""

    day: date
    reason: str
    test: str | None = None


class RefundItem(Item):
    """Money a bill gave back; `amount` is below zero, as it stands there."""

    month: date
    label: str
    amount: Decimal


class PartItem(Item):
    """Use of one register: sharp, peak, flat, valley."""

    hours: str
    kwh: Decimal


class PaymentItem(Item):
    """state: pending, posted, reversed · reason of a reversal: wrong_account, bank_return, duplicate."""

    amount: Decimal
    channel: str
    state: str
    paid_at: datetime
    posted_at: datetime | None
    reversed_at: datetime | None = None
    reason: str | None = None


class EffectItem(Item):
    """factor: days, use, step, time_of_use, price, basic, power_factor, other (with its label), rounding."""

    factor: str
    amount: Decimal
    label: str = ""


class ComparisonItem(Item):
    """What the bill is compared with; `reference.amount` + all effects = the bill, to the cent."""

    reference: BillItem
    difference: Decimal
    times: Decimal | None
    effects: list[EffectItem]
    days: int
    per_day: Decimal
    power_factor: Decimal | None = None

    def largest(self, count: int) -> list[EffectItem]:
        """For channels with little room."""
        return sorted(self.effects, key=lambda effect: -abs(effect.amount))[:count]

    def rest(self, count: int) -> Decimal:
        """What the others make together."""
        return self.difference - sum((effect.amount for effect in self.largest(count)), Decimal(0))


class ReasonItem(Item):
    """cause: estimated_before, estimated_now, meter_exchanged, heat, cold, season, more_than_last_year

    likelihood: very, some
    """

    cause: str
    likelihood: str


class SavingItem(Item):
    """change: tariff (`to` its name), basis (`to` capacity or demand), power_factor (`to` the standard)."""

    change: str
    to: str
    yuan: Decimal
    months: int
    unverified: bool
    kvar: Decimal | None = None


class SettlementItem(Item):
    """state: pending, paid."""

    month: date
    period_start: date
    period_end: date
    issued_on: date
    kwh: Decimal
    unit_price: Decimal
    amount: Decimal
    mark: str
    state: str
    paid_on: date | None


class InvoiceItem(Item):
    """kind: electronic, special."""

    invoice_no: str
    bill_no: str
    kind: str
    amount: Decimal
    issued_on: date
