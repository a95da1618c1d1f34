"""One line of a bill: a quantity at a price makes an amount, and a document says why. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.kinds import LineKind
from bot.billing.tariffs import Source
from bot.errors import InvalidInput

CENT = Decimal("0.01")
SIX_PLACES = Decimal("0.000001")
KWH, KVA, KW, PERCENT, ITEM = "kWh", "kVA", "kW", "%", "item"


@dataclass(frozen=True)
class Origin:
    """Where an amount comes from: a document, the day it took effect, and its mark (V, K or demo)."""

    document: str
    since: date
    mark: str

    @classmethod
    def of(cls, source: Source, since: date) -> "Origin":
        return cls(source.document, since, source.mark)

    @property
    def unverified(self) -> bool:
        return self.mark != "V"


@dataclass(frozen=True)
class Line:
    """A line without a dated source is refused: nobody could say why it is owed."""

    kind: LineKind
    label: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    origin: Origin

    def __post_init__(self) -> None:
        if not self.origin.document.strip():
            raise InvalidInput(f"账单项目“{self.label}”没有注明依据", code="no_source")


def charge(kind: LineKind, label: str, quantity: Decimal, unit: str, unit_price: Decimal, origin: Origin) -> Line:
    """A line whose amount is quantity times price, in cents."""
    unit_price = unit_price.quantize(SIX_PLACES, ROUND_HALF_UP)
    amount = (quantity * unit_price).quantize(CENT, ROUND_HALF_UP)
    return Line(kind, label, quantity, unit, unit_price, amount, origin)


def lump(kind: LineKind, label: str, amount: Decimal, origin: Origin) -> Line:
    """A line of one amount: a refund (below zero) or a late fee."""
    return Line(kind, label, Decimal(1), ITEM, amount, amount, origin)
