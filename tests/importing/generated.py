"""A supplier's customers made up from a seed: every kind of tariff, two years of use that follows the weather, and
bills that the tariff engine itself has priced. Written as the tables that are imported; nothing of it is committed."""

import csv
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.billing.engine import Use, price_period
from bot.billing.periods import Period, shift_month
from bot.billing.power_factor import power_factor
from bot.billing.tables import BillingTerms
from bot.billing.tariffs import Tariffs
from bot.billing.terms import terms_of
from bot.customers.metering import Register
from bot.customers.tables import CustomerAccount

CENT = Decimal("0.01")
IN_A_VILLAGE = 40
# How much more is used in a month than in a mild one.
WEATHER = {1: 1.25, 2: 1.15, 3: 1.0, 4: 0.95, 5: 1.0, 6: 1.2, 7: 1.5, 8: 1.45, 9: 1.1, 10: 0.95, 11: 1.0, 12: 1.2}
Row = dict[str, Any]
# Columns of the tables that are too long to be held.
READING = ["meter_no", "read_on", "reactive_kvarh", "total", "peak", "flat", "valley"]
HEAD = ["bill_no", "account_no", "period_start", "period_end", "issued_on", "due_on", "kwh", "kwh_before", "amount"]
HEAD += ["tariff_code", "power_factor"]
LINE = ["bill_no", "position", "kind", "label", "quantity", "unit", "unit_price", "amount", "source", "source_date"]
LINE += ["mark"]
PAYMENT = ["payment_no", "account_no", "amount", "channel", "paid_at", "posted_at"]


@dataclass(frozen=True)
class Kind:
    """One kind of customer; `account` are the columns it differs in, `share` its part of all customers."""

    share: float
    daily: tuple[float, float]
    account: Row
    terms: Row = field(default_factory=dict)
    registers: tuple[Register, ...] = ()
    multiplier: int = 1
    parts: str = "boundary;settlement"


HIGH: Row = {
    "customer_class": "industrial",
    "tariff_class": "commercial_industrial",
    "tariff_form": "two_part",
    "supply_channel": "agency",
    "voltage": "10kV",
    "supply_form": "dedicated_transformer",
    "capacity_kva": 400,
    "power_factor_standard": "0.90",
}
HOME: Row = {"tariff_code": "residential_steps", "tariff_form": "steps", "steps": 1}
SHOP: Row = {"customer_class": "commercial", "tariff_class": "commercial_industrial", "supply_channel": "agency"}
FARM: Row = {"customer_class": "agricultural", "tariff_class": "agricultural", "tariff_code": "demo_agricultural"}
THREE: tuple[Register, ...] = ("peak", "flat", "valley")
KINDS = {
    "home": Kind(0.70, (3, 9), HOME),
    "many": Kind(0.05, (8, 14), {**HOME, "household_of_many_until": "2027-12-31", "special_care": "many_persons"}),
    "allowance": Kind(0.04, (1, 3), {**HOME, "allowance_kwh": 10, "special_care": "low_income"}),
    "times": Kind(
        0.08,
        (5, 12),
        {"tariff_code": "residential_time_of_use", "tariff_form": "time_of_use", "steps": 1},
        registers=("peak", "valley"),
    ),
    "shared": Kind(0.03, (10, 30), {"tariff_code": "residential_shared"}),
    "shop": Kind(0.05, (15, 60), {**SHOP, "tariff_code": "demo_commercial"}),
    "mixed": Kind(
        0.01,
        (20, 60),
        {**SHOP, "tariff_code": "demo_commercial"},
        {"mixed_tariff": "residential_shared", "mixed_share": "0.3"},
    ),
    "farm": Kind(0.02, (5, 40), FARM),
    "capacity": Kind(
        0.01,
        (900, 2500),
        {**HIGH, "tariff_code": "demo_commercial_two_part", "capacity_basis": "capacity"},
        registers=THREE,
        multiplier=80,
        parts="boundary;settlement;safety",
    ),
    "demand": Kind(
        0.01,
        (900, 2500),
        {**HIGH, "tariff_code": "demo_industrial_two_part", "capacity_basis": "demand"},
        {"agreed_demand_kw": 200},
        registers=THREE,
        multiplier=80,
        parts="boundary;settlement;safety",
    ),
}
SHARES: dict[Register, float] = {"peak": 0.3, "flat": 0.4, "valley": 0.3}


@dataclass
class Customer:
    """`ends` are the ends of the periods; `registers` what the meter shows at each."""

    number: int
    kind: str
    daily: float
    registers: list[dict[str, Decimal]] = field(default_factory=list)

    @property
    def account_no(self) -> str:
        return f"43{self.number:08}"

    @property
    def meter_no(self) -> str:
        return f"M43{self.number:08}"

    @property
    def village(self) -> str:
        return f"V{self.number // IN_A_VILLAGE:04}"

    @property
    def of(self) -> Kind:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Supply:
    """All customers, the ends of the periods their meters were read at, and how many of them are billed."""

    customers: list[Customer]
    ends: list[date]

    def by_kind(self, kind: str) -> list[Customer]:
        return [customer for customer in self.customers if customer.kind == kind]


def generate(count: int, last: date, months: int, seed: int = 20) -> Supply:
    """`months` periods up to the one that ends on `last`, each with a reading before and after."""
    chance = random.Random(seed)
    kinds = chance.choices(list(KINDS), [kind.share for kind in KINDS.values()], k=count)
    ends = [shift_month(last, -back) for back in range(months, -1, -1)]
    customers = []
    for number, kind in enumerate(kinds):
        customer = Customer(number, kind, chance.uniform(*KINDS[kind].daily))
        _measure(customer, ends, chance)
        customers.append(customer)
    return Supply(customers, ends)


def _measure(customer: Customer, ends: Sequence[date], chance: random.Random) -> None:
    kind = customer.of
    sums = {name: Decimal(chance.randint(0, 9000)) for name in kind.registers or ("total",)}
    customer.registers.append(_shown(sums))
    for before, end in pairwise(ends):
        kwh = customer.daily * (end - before).days * WEATHER[end.month] * chance.uniform(0.88, 1.12) / kind.multiplier
        shares = {name: SHARES[name] for name in kind.registers}
        for name in sums:
            part = shares[name] / sum(shares.values()) if shares else 1.0  # type: ignore[index]
            sums[name] += Decimal(kwh * part).quantize(CENT, ROUND_HALF_UP)
        customer.registers.append(_shown(sums))


def _shown(sums: dict[str, Decimal]) -> dict[str, Decimal]:
    return {"total": sum(sums.values(), Decimal(0)), **{name: value for name, value in sums.items() if name != "total"}}


def write(supply: Supply, folder: Path, tariffs: Tariffs, billed: Callable[[Customer], int], today: date) -> None:
    """The tables. `billed`: how many of the newest periods of a customer have a bill, if it is out by `today`."""
    tables = {
        "nodes": _nodes(supply),
        "accounts": (
            {"account_no": c.account_no, "holder": f"客户{c.number}", "opened_on": "2015-03-01"} | c.of.account
            for c in supply.customers
        ),
        "locations": (
            {
                "account_no": c.account_no,
                "address": f"{c.village} {c.number}",
                "village": c.village,
                "station": "城区供电所",
            }
            for c in supply.customers
        ),
        "usage_points": ({"code": f"U{c.number}", "account_no": c.account_no} for c in supply.customers),
        "supply_points": (
            {"code": f"W{c.number}", "usage_point": f"U{c.number}", "feeder": "F-1", "transformer": f"T-{c.village}"}
            for c in supply.customers
        ),
        "meters": (_meter(c) for c in supply.customers),
        "contacts": (
            {"account_no": c.account_no, "phone": f"139{c.number:08}", "name": f"客户{c.number}"}
            for c in supply.customers
        ),
        "agreements": (_agreement(c) for c in supply.customers),
        "terms": ({"account_no": c.account_no} | c.of.terms for c in supply.customers if c.of.terms),
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", rows)
    with ExitStack() as stack:
        readings = _opened(stack, folder / "readings.csv", READING)
        for customer in supply.customers:
            readings.writerows(_readings(customer, supply.ends))
    _write_bills(supply, folder, tariffs, billed, today)


def _nodes(supply: Supply) -> Iterator[Row]:
    yield {"code": "F-1", "level": "feeder", "name": "一线", "parent": ""}
    for village in dict.fromkeys(customer.village for customer in supply.customers):
        yield {"code": f"T-{village}", "level": "transformer", "name": village, "parent": "F-1"}


def _meter(customer: Customer) -> Row:
    rated = 500 if customer.of.multiplier > 1 else ""
    return {
        "meter_no": customer.meter_no,
        "account_no": customer.account_no,
        "usage_point": f"U{customer.number}",
        "multiplier": customer.of.multiplier,
        "rated_kva": rated,
        "installed_on": "2015-03-01",
    }


def _agreement(customer: Customer) -> Row:
    return {
        "agreement_no": f"HT{customer.account_no}",
        "account_no": customer.account_no,
        "kind": "high" if customer.of.multiplier > 1 else "residential",
        "starts_on": "2015-03-01",
        "parts": customer.of.parts,
    }


def _readings(customer: Customer, ends: Sequence[date]) -> Iterator[Row]:
    high = customer.of.multiplier > 1
    for number, (end, shown) in enumerate(zip(ends, customer.registers, strict=True)):
        yield {"meter_no": customer.meter_no, "read_on": end, "reactive_kvarh": number * 90 if high else 0} | shown


def _write_bills(
    supply: Supply, folder: Path, tariffs: Tariffs, billed: Callable[[Customer], int], today: date
) -> None:
    """Written as they are priced: of a whole county they would not fit into memory."""
    with ExitStack() as stack:
        heads, lines, payments = (
            _opened(stack, folder / f"{name}.csv", names)
            for name, names in (("bills", HEAD), ("bill_lines", LINE), ("payments", PAYMENT))
        )
        for customer in supply.customers:
            for head, own in _bills(customer, supply.ends, tariffs, billed(customer)):
                if head["issued_on"] > today:
                    continue
                heads.writerow(head)
                lines.writerows(own)
                paid = f"{head['due_on']} 10:00"
                payments.writerow(
                    {"payment_no": f"P{head['bill_no']}", "account_no": customer.account_no, "amount": head["amount"]}
                    | {"channel": "wechat", "paid_at": paid, "posted_at": paid}
                )


def _bills(customer: Customer, ends: Sequence[date], tariffs: Tariffs, billed: int) -> Iterator[tuple[Row, list[Row]]]:
    account = CustomerAccount(**{"account_no": customer.account_no, **ACCOUNT, **_typed(customer.of.account)})
    special = BillingTerms(**_typed(customer.of.terms))
    before = Decimal(0)
    for place in range(1, len(ends)):
        period = Period(ends[place - 1] + timedelta(days=1), ends[place])
        use = _use(customer, period, place, before if period.end.month != 1 else Decimal(0))
        if place < len(ends) - billed and not account.steps:
            continue
        version = tariffs.on(account.tariff_code, period.end)
        priced = price_period(version, use, terms_of(account, special, tariffs, period.end), tariffs.factors)
        before = use.before + priced.stepped_kwh
        if place >= len(ends) - billed:
            no = f"{customer.account_no}-{period.month:%Y%m}"
            yield (
                _head(customer, period, use, priced.total, no),
                [_line(no, n, each) for n, each in enumerate(priced.lines, 1)],
            )


ACCOUNT: Row = {"allowance_kwh": Decimal(0), "reading_cycle_months": 1, "steps": False}


def _use(customer: Customer, period: Period, place: int, before: Decimal) -> Use:
    old, new = customer.registers[place - 1], customer.registers[place]
    multiplier = customer.of.multiplier
    names: Sequence[Register] = customer.of.registers or ("flat",)
    used = {name: (new.get(name, new["total"]) - old.get(name, old["total"])) * multiplier for name in names}
    high = multiplier > 1
    kwh = sum(used.values(), Decimal(0))
    demand = (kwh / (period.days * 24) * 2).quantize(Decimal(1)) if high else None
    return Use(period.start, period.end, used, before, Decimal(90 * multiplier if high else 0), demand)


def _head(customer: Customer, period: Period, use: Use, amount: Decimal, no: str) -> Row:
    factor = power_factor(use.kwh, use.reactive_kvarh) if customer.of.multiplier > 1 else ""
    return {
        "bill_no": no,
        "account_no": customer.account_no,
        "period_start": period.start,
        "period_end": period.end,
        "issued_on": period.issued_on,
        "due_on": period.due_on,
        "kwh": use.kwh,
        "kwh_before": use.before,
        "amount": amount,
        "tariff_code": customer.of.account["tariff_code"],
        "power_factor": factor,
    }


def _line(no: str, position: int, line: Any) -> Row:
    return {
        "bill_no": no,
        "position": position,
        "kind": str(line.kind),
        "label": line.label,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "amount": line.amount,
        "source": line.origin.document,
        "source_date": line.origin.since,
        "mark": line.origin.mark,
    }


def _typed(row: Row) -> Row:
    """The columns of a table as the attributes of its model."""
    typed = {}
    for name, value in row.items():
        if name.endswith(("_kva", "_kwh", "_kw", "_share", "_standard")):
            typed[name] = Decimal(str(value))
        elif name.endswith("_until"):
            typed[name] = date.fromisoformat(str(value))
        else:
            typed[name] = bool(value) if name == "steps" else value
    return typed


def _write(path: Path, rows: Iterable[Row]) -> None:
    """Every column that any row has."""
    held = list(rows)
    names = list(dict.fromkeys(name for row in held for name in row))
    with ExitStack() as stack:
        _opened(stack, path, names).writerows(held)


def _opened(stack: ExitStack, path: Path, names: Sequence[str]) -> "csv.DictWriter[str]":
    writer = csv.DictWriter(stack.enter_context(path.open("w", encoding="utf-8", newline="")), names, restval="")
    writer.writeheader()
    return writer
