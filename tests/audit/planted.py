"""Anomalies planted among made-up customers: what the audit must find, and nothing else."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.importing.generated import Customer, Supply

Row = dict[str, Any]
Edit = Callable[[Row], Row | None]


@dataclass
class Planted:
    """`expected`: (kind, subject) pairs. `edits`: by table and key, what is changed in the file (None: left out)."""

    expected: set[tuple[str, str]] = field(default_factory=set)
    edits: dict[str, dict[str, Edit]] = field(default_factory=dict)

    def edit(self, folder: Path) -> None:
        for table, edits in self.edits.items():
            path = folder / f"{table}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            kept = [edits[key](row) if (key := _key(table, row)) in edits else row for row in rows]
            left = [row for row in kept if row is not None]
            names = list(dict.fromkeys(name for row in left for name in row))
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names, restval="")
                writer.writeheader()
                writer.writerows(left)

    def change(self, table: str, key: str, edit: Edit) -> None:
        self.edits.setdefault(table, {})[key] = edit


def _key(table: str, row: Row) -> str:
    if table == "readings":
        return f"{row['meter_no']}:{row['read_on']}"
    return row["bill_no"] if table in ("bills", "bill_lines") else row["account_no"]


def plant(supply: Supply) -> Planted:
    """Three of each kind, each on a customer of its own, far from those who keep whole years of bills."""
    planted = Planted()
    homes = iter(supply.by_kind("home")[2000:])
    times, big = iter(supply.by_kind("times")[300:]), iter(supply.by_kind("capacity")[20:])
    for _ in range(3):
        _readings(planted, supply, homes, times)
        _use(supply, planted, homes)
        _file(planted, supply, homes, next(big))
    return planted


def _readings(planted: Planted, supply: Supply, homes: Any, times: Any) -> None:
    newest = supply.ends[-1]

    def at(customer: Customer) -> str:
        planted_on = f"{customer.meter_no}:{newest}"
        return planted_on

    missing, negative, reversed_, apart = next(homes), next(homes), next(homes), next(times)
    planted.change("readings", at(missing), lambda row: None)
    planted.expected.add(("reading_missing", missing.meter_no))
    planted.change("readings", at(negative), lambda row: row | {"total": "-1.00"})
    planted.expected.add(("reading_negative", negative.meter_no))
    lower = reversed_.registers[-2]["total"] - 5
    planted.change("readings", at(reversed_), lambda row: row | {"total": f"{lower}"})
    planted.expected.add(("reading_reversed", reversed_.meter_no))
    valley = apart.registers[-1]["valley"] + 30
    planted.change("readings", at(apart), lambda row: row | {"valley": f"{valley}"})
    planted.expected.add(("registers_differ", apart.meter_no))


def _use(supply: Supply, planted: Planted, homes: Any) -> None:
    """The newest period's use is made four times, a fifth, and nothing of what it was."""
    for kind, times in (("use_high", Decimal(5)), ("use_low", Decimal("0.15")), ("zero_use", Decimal(0))):
        customer = next(homes)
        before, now = customer.registers[-2]["total"], customer.registers[-1]["total"]
        customer.registers[-1] = {"total": before + ((now - before) * times).quantize(Decimal("0.01"))}
        planted.expected.add((kind, customer.account_no))


def _file(planted: Planted, supply: Supply, homes: Any, big: Customer) -> None:
    planted.change("accounts", big.account_no, lambda row: row | {"capacity_kva": "630"})
    planted.expected.add(("capacity_above_rating", big.account_no))
    allowance, many, soon, later, past, parts, late = (next(homes) for _ in range(7))
    ended = {"allowance_kwh": "10", "allowance_until": "2026-09-30"}
    planted.change("accounts", allowance.account_no, lambda row: row | ended)
    planted.expected.add(("allowance_expired", allowance.account_no))
    planted.change("accounts", many.account_no, lambda row: row | {"household_of_many_until": "2026-10-31"})
    planted.expected.add(("many_persons_expired", many.account_no))
    for customer, ends, kind in (
        (soon, "2026-11-30", "agreement_expiring"),
        (later, "2026-12-30", "agreement_expiring"),
        (past, "2026-10-01", "agreement_expired"),
    ):
        planted.change("agreements", customer.account_no, _ending(ends))
        planted.expected.add((kind, f"HT{customer.account_no}"))
    planted.change("agreements", parts.account_no, lambda row: row | {"parts": "settlement"})
    planted.expected.add(("agreement_incomplete", f"HT{parts.account_no}"))
    month = f"{late.account_no}-{supply.ends[-2]:%Y%m}"
    for table in ("bills", "bill_lines"):
        planted.change(table, month, lambda row: None)
    planted.expected.add(("bill_late", late.account_no))


def _ending(day: str) -> Edit:
    return lambda row: row | {"ends_on": day, "auto_renewal": "0"}
