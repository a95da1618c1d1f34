"""Importing tables: what comes in, again, corrected, and what is refused with its reason."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.billing.tables import Bill, ExportSettlement, Payment
from bot.customers.metering import Meter, MeterReading
from bot.customers.network import NetworkNode, SupplyPoint
from bot.customers.tables import AccountAlias, Contact, CustomerAccount, CustomerAgreement
from bot.errors import InvalidInput
from bot.importing.spec import MODELS, load_specs, load_words
from bot.settings import ROOT
from bot.storage.engine import Database
from tests.importing.conftest import EXAMPLES, Import, edit, importer, report, write_csv

ACCOUNT = ["户号", "户名", "电价编号"]


def rows(db: Database) -> dict[str, int]:
    with db.read() as session:
        return {kind: session.scalar(select(func.count()).select_from(model)) or 0 for kind, model in MODELS.items()}


def test_the_examples_come_in_whole(any_db: Database, import_: Import, folder: Path) -> None:
    outcomes = import_(folder)
    assert {name: o.counts.refused for name, o in outcomes.items() if o.counts.refused} == {}
    assert rows(any_db) == {
        o: c for o, c in zip(MODELS, (3, 1, 5, 3, 3, 3, 4, 1, 4, 2, 1, 2, 7, 2, 2, 2, 1, 2, 2, 2), strict=True)
    }
    with any_db.read() as session:
        factory = session.get_one(CustomerAccount, "4200000037")
        assert (factory.capacity_kva, factory.voltage, factory.load_class) == (Decimal("400.00"), "10kV", 3)
        assert factory.power_factor_standard == Decimal("0.90")
        old = session.get_one(CustomerAccount, "4200000029")
        assert (old.special_care, old.opened_on, old.steps) == (["aged", "alone"], date(2019, 3, 1), True)
        assert session.get_one(NetworkNode, "T-1").serves == ["示范村", "示范小区"]
        assert session.get_one(Contact, ("4200000029", "13900000030")).registered is False
        assert session.get_one(CustomerAgreement, "HT-37").parts == ["boundary", "settlement", "safety"]
        assert session.get_one(MeterReading, ("M-37", "month", date(2026, 9, 30))).max_demand_kw == Decimal("3.20")
        assert session.get_one(Payment, "P-1").paid_at == datetime(2026, 10, 5, 0, 30, tzinfo=UTC)
        assert session.get_one(SupplyPoint, "W-37").box is None
        settled = session.get_one(ExportSettlement, "S-1")
        assert (settled.month, settled.paid_on, settled.label) == (date(2026, 8, 1), date(2026, 9, 20), "上网电费")
        bill = session.get_one(Bill, "4200000011-202609")
        assert (bill.month, bill.unverified, bill.tariff_name) == (date(2026, 9, 1), False, "居民阶梯电价")
        assert [(line.unit_price, line.amount) for line in bill.lines] == [(Decimal("0.56"), Decimal("101.25"))]


def test_a_second_run_changes_nothing(any_db: Database, import_: Import, folder: Path) -> None:
    import_(folder)
    again = import_(folder)
    assert {name: o.counts.written for name, o in again.items() if o.counts.written} == {}
    assert sum(o.counts.unchanged for o in again.values()) == sum(rows(any_db).values())


def test_a_corrected_line_updates_and_leaves_other_columns_alone(
    any_db: Database, import_: Import, folder: Path
) -> None:
    import_(folder)
    path = write_csv(folder / "accounts.csv", ACCOUNT, ["4200000037", "示范机械有限公司", "demo_commercial_two_part"])
    assert import_(path)["accounts.csv"].counts.written == 1
    with any_db.read() as session:
        factory = session.get_one(CustomerAccount, "4200000037")
        assert (factory.holder, factory.capacity_kva) == ("示范机械有限公司", Decimal(400))


def test_a_dry_run_checks_everything_and_writes_nothing(any_db: Database, import_: Import, folder: Path) -> None:
    edit(folder / "payments.csv", "4200000029,50.00", "4299999999,50.00")
    outcomes = import_(folder, dry_run=True)
    assert sum(rows(any_db).values()) == 0
    assert (outcomes["bills.csv"].counts.written, outcomes["invoices.csv"].counts.written) == (2, 1)
    assert [line[0] for line in report(outcomes["payments.csv"])] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_usual_encoding_is_read(db: Database, clock, tmp_path: Path, encoding: str) -> None:  # type: ignore[no-untyped-def]
    path = write_csv(
        tmp_path / "用电户2026.csv", ACCOUNT, ["4200000011", "䶮小燕", "residential_steps"], encoding=encoding
    )
    importer(db, clock, tmp_path)(path)
    with db.read() as session:
        assert session.get_one(CustomerAccount, "4200000011").holder == "䶮小燕"


def test_a_workbook_holds_several_tables(db: Database, clock, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    book = Workbook()
    sheet = book.active
    sheet.title = "用电户"
    sheet.append(["ACCOUNT_NO", "holder", "电价编号", "立户日期", "合同容量", "备用"][:5])
    sheet.append([4200000011, "王小燕", "residential_steps", datetime(2020, 5, 18), 12.5])
    sheet.append([4200000029.0, "张有田", "residential_steps", None, None])
    other = book.create_sheet("旧户号")
    other.append(["旧户号", "户号"])
    other.append(["4200000000011", 4200000011])
    book.save(tmp_path / "资料.xlsx")
    outcomes = importer(db, clock, tmp_path)(tmp_path / "资料.xlsx")
    assert sum(o.counts.refused for o in outcomes.values()) == 0
    with db.read() as session:
        first = session.get_one(CustomerAccount, "4200000011")
        assert (first.opened_on, first.capacity_kva) == (date(2020, 5, 18), Decimal("12.50"))
        assert session.get_one(CustomerAccount, "4200000029").opened_on is None
        assert session.get_one(AccountAlias, "4200000000011").account_no == "4200000011"


CASES = {
    "duplicate account": ("accounts.csv", "4200000029,张有田", "4200000011,张有田", (3, "户号", "数字", "duplicate")),
    "account number": ("accounts.csv", "4200000029,张有田", "42000,张有田", (3, "户号", "数字", "account_no")),
    "unknown tariff": ("accounts.csv", "张有田,residential_steps", "张有田,cheap", (3, "电价编号", "文字", "unknown")),
    "unknown account": ("payments.csv", "P-2,4200000029", "P-2,4299999999", (3, "户号", "数字", "unknown")),
    "impossible date": ("meters.csv", "80,500,否,2018-09-01", "80,500,否,2018-02-30", (5, "装表日期", "日期", "day")),
    "date to come": (
        "meters.csv",
        "80,500,否,2018-09-01",
        "80,500,否,2028-09-01",
        (5, "装表日期", "日期", "in_future"),
    ),
    "removed early": ("meters.csv", "2026-09-10,\n", "2026-09-10,2026-09-09\n", (4, "拆表日期", "日期", "order")),
    "negative multiplier": ("meters.csv", "U-37,80", "U-37,-80", (5, "倍率", "数字", "too_small")),
    "zero multiplier": ("meters.csv", "U-37,80", "U-37,0", (5, "倍率", "数字", "too_small")),
    "half a multiplier": ("meters.csv", "U-37,80", "U-37,1.5", (5, "倍率", "数字", "whole")),
    "three decimals": ("payments.csv", "101.25", "101.255", (2, "金额", "数字", "number")),
    "not a number": ("readings.csv", "5301.10", "五千", (3, "总示数", "文字", "number")),
    "no name": ("accounts.csv", "张有田,", ",", (3, "户名", "空", "empty")),
    "no such value": ("accounts.csv", "居民,农村", "居民,郊区", (3, "区域", "文字", "choice")),
    "too few cells": ("aliases.csv", "4200000000011,4200000011", "4200000000011", (2, "", "", "columns")),
    "an account as alias": ("aliases.csv", "4200000000011,", "4200000037,", (2, "旧户号", "数字", "taken")),
    "phone": ("contacts.csv", "13900000030", "1390000", (4, "电话", "数字", "phone")),
    "a meter for itself": ("exchanges.csv", "M-29,M-30", "M-29,M-29", (2, "新表号", "文字", "same_meter")),
    "paid on no day": ("settlements.csv", "已付,2026-09-20", "已付,", (2, "付款日期", "空", "paid_without_day")),
    "an invoice for no bill": ("invoices.csv", ",4200000011-202609,", ",B-0,", (2, "账单编号", "文字", "unknown")),
    "posted at no time": ("payments.csv", ",2026-10-05 08:31", ",", (2, "入账时间", "空", "posted_without_time")),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_line_is_refused_with_its_place_and_reason(db: Database, clock, folder: Path, case: str) -> None:  # type: ignore[no-untyped-def]
    name, before, after, (line, column, value, reason) = CASES[case]
    edit(folder / name, before, after)
    outcomes = importer(db, clock, folder.parent)(folder)
    assert report(outcomes[name])[0] == (line, column, value, load_words().reasons[reason])
    assert outcomes[name].counts.refused == 1
    assert outcomes[name].counts.written == len((EXAMPLES / name).read_text(encoding="utf-8").splitlines()) - 2


def test_what_was_refused_can_be_put_right(any_db: Database, import_: Import, folder: Path) -> None:
    edit(folder / "meters.csv", "U-37,80", "U-37,-80")
    first = import_(folder)
    assert first["readings.csv"].counts.refused == 1, "the reading of a refused meter has no meter"
    edit(folder / "meters.csv", "U-37,-80", "U-37,80")
    second = import_(folder)
    assert {name: o.counts.written for name, o in second.items() if o.counts.written} == {
        "meters.csv": 1,
        "readings.csv": 1,
    }
    assert not list(folder.glob("*.refused.csv"))
    with any_db.read() as session:
        assert session.get_one(Meter, "M-37").multiplier == 80


def test_the_report_never_repeats_what_was_written(import_: Import, folder: Path) -> None:
    edit(folder / "contacts.csv", "13900000030", "秘密的电话")
    told = import_(folder)["contacts.csv"].report
    assert told is not None and "秘密" not in told.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("name", "header", "words"),
    [
        ("accounts.csv", ["户号", "户名"], "电价编号"),
        ("accounts.csv", [*ACCOUNT, "余额"], "余额"),
        ("accounts.csv", [*ACCOUNT, "户名"], "两次"),
        ("什么.csv", ACCOUNT, "看不出"),
        ("accounts.txt", ACCOUNT, "不是 CSV"),
    ],
)
def test_a_wrong_table_is_one_sentence(
    db: Database,
    clock,  # type: ignore[no-untyped-def]
    tmp_path: Path,
    name: str,
    header: list[str],
    words: str,
) -> None:
    with pytest.raises(InvalidInput, match=words):
        importer(db, clock, tmp_path)(write_csv(tmp_path / name, header))


def test_every_table_and_column_is_documented() -> None:
    text = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    for kind, spec in load_specs().items():
        assert f"`{kind}`" in text and (EXAMPLES / f"{kind}.csv").exists()
        for name, column in spec.columns.items():
            assert f"| {column.titles[0]} | `{name}` |" in text, (kind, name)
