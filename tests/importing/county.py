"""A whole county's books to be imported: the generated customers, settled in every mode, paying as people pay."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bot.billing.tariffs import Tariffs
from tests.importing.generated import READING, Customer, Row, Supply, generate, write

MODES = ("postpaid", "prepaid_remote", "prepaid_card", "instalment")
LAST, TODAY, MONTHS = date(2026, 10, 31), date(2026, 11, 24), 24
DAYS = 10  # of the running period that are read
PAID = ["payment_no", "account_no", "amount", "channel", "paid_at", "posted_at", "state", "reversed_at", "reason"]


def mode_of(customer: Customer) -> str:
    return MODES[customer.number % len(MODES)]


def is_read_daily(customer: Customer) -> bool:
    return customer.number % 3 == 0


def make(count: int, folder: Path, tariffs: Tariffs) -> Supply:
    """Writes the tables of so many customers; the same ones every time."""
    supply = generate(count, LAST, MONTHS)
    write(supply, folder, tariffs, lambda customer: MONTHS, TODAY)
    modes = {customer.account_no: mode_of(customer) for customer in supply.customers}
    for name in ("accounts", "agreements"):
        rows = _read(folder / f"{name}.csv")
        _write(folder / f"{name}.csv", [row | {"settlement_mode": modes[row["account_no"]]} for row in rows])
    bills: dict[str, list[Row]] = {}
    for row in _read(folder / "bills.csv"):
        bills.setdefault(row["account_no"], []).append(row)
    numbers = {customer.account_no: customer.number for customer in supply.customers}
    _write(folder / "payments.csv", [row for no, own in bills.items() for row in _payments(numbers[no], own)], PAID)
    daily = [row for customer in supply.customers if is_read_daily(customer) for row in _days(customer)]
    _write(folder / "readings_daily.csv", daily, ["kind", *READING])
    return supply


def _payments(number: int, bills: list[Row]) -> Iterator[Row]:
    """By turns: all paid, one or three bills owed, one on its way, one taken off again, more than owed, one in part."""
    habit = number % 7
    unpaid = {1: 1, 2: 3}.get(habit, 0)
    for place, bill in enumerate(bills):
        newest = place == len(bills) - 1
        if place >= len(bills) - unpaid or Decimal(bill["amount"]) <= 0:
            continue
        row = _payment(bill, bill["amount"])
        if newest and habit == 3:
            row |= {"state": "pending", "posted_at": ""}
        elif newest and habit == 4:
            row |= {"state": "reversed", "reversed_at": f"{TODAY} 08:00", "reason": "wrong_account"}
        elif newest and habit == 5:
            row |= {"amount": Decimal(bill["amount"]) + Decimal("88.80")}
        elif newest and habit == 6:
            row |= {"amount": (Decimal(bill["amount"]) / 3).quantize(Decimal("0.01"))}
        yield row


def _payment(bill: Row, amount: str) -> Row:
    paid = f"{bill['issued_on']} 10:00"
    who = {"payment_no": f"P{bill['bill_no']}", "account_no": bill["account_no"], "amount": amount}
    return {**who, "channel": "wechat", "paid_at": paid, "posted_at": paid, "state": "posted"}


def _days(customer: Customer) -> Iterator[Row]:
    """The registers at the end of the last period, and a little more each day after it."""
    shown = customer.registers[-1]
    for number in range(DAYS + 1):
        more = {name: value + number for name, value in shown.items() if name != "total"} or {}
        total = sum(more.values(), Decimal(0)) if more else shown["total"] + number
        yield {
            "meter_no": customer.meter_no,
            "kind": "day",
            "read_on": LAST + timedelta(days=number),
            "total": total,
        } | more


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[Row], names: list[str] | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names or list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
