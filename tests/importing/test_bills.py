"""Bills come with their lines: sourced, adding up, corrected as a whole or line by line."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.billing.books import check_bill
from bot.billing.tables import Bill, BillLine
from bot.importing.spec import load_words
from bot.storage.engine import Database
from tests.importing.conftest import Import, edit, report, write_csv

BILL = "4200000011-202609"
LINE = f"{BILL},1,阶梯电费,第一档电量电费,180.80,度,0.56,101.25,河南省居民阶梯电价通知(2012 年),2012-07-01,已核"
CASES = {
    "no source": (
        "河南省居民阶梯电价通知(2012 年),2012-07-01,已核\n42",
        ",2012-07-01,已核\n42",
        "no_source",
        "line_refused",
    ),
    "no date": ("2012-07-01,已核\n42", ",已核\n42", "no_source", "line_refused"),
    "does not add up": ("0.56,101.25", "0.56,101.24", "bill_does_not_add_up", "bill_does_not_add_up"),
    "line twice": (LINE, f"{LINE}\n{LINE}", "duplicate", "line_refused"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bill_nobody_could_explain_is_refused(any_db: Database, import_: Import, folder: Path, case: str) -> None:
    before, after, line_reason, bill_reason = CASES[case]
    edit(folder / "bill_lines.csv", before, after)
    outcomes, words = import_(folder), load_words().reasons
    assert words[line_reason] in [line[3] for line in report(outcomes["bill_lines.csv"])]
    assert [(line[0], line[3]) for line in report(outcomes["bills.csv"])] == [(2, words[bill_reason])]
    with any_db.read() as session:
        assert session.scalars(select(Bill.bill_no)).all() == ["4200000029-202609"]
        assert session.scalars(select(BillLine.bill_no)).all() == ["4200000029-202609"]


def test_lines_without_their_bill_are_refused(any_db: Database, import_: Import, folder: Path) -> None:
    edit(folder / "bill_lines.csv", LINE, LINE.replace(BILL, "4200000011-202608"))
    outcomes, words = import_(folder), load_words().reasons
    assert report(outcomes["bill_lines.csv"]) == [(2, "账单编号", "文字", words["no_bill"])]
    assert report(outcomes["bills.csv"])[0][3] == words["bill_does_not_add_up"]


def test_a_second_bill_of_the_same_month_is_a_conflict_and_takes_nothing_else_with_it(
    any_db: Database, import_: Import, folder: Path
) -> None:
    import_(folder)
    for name in ("bills.csv", "bill_lines.csv"):
        edit(folder / name, BILL, f"{BILL}-2")
    edit(folder / "bills.csv", "2026-10-20,116.70", "2026-10-21,116.70")
    outcomes = import_(folder / "bills.csv", folder / "bill_lines.csv")
    assert [(line[0], line[3]) for line in report(outcomes["bills.csv"])] == [(2, load_words().reasons["conflict"])]
    assert (outcomes["bills.csv"].counts.written, outcomes["bill_lines.csv"].counts.unchanged) == (1, 1)


def test_a_corrected_bill_comes_again_whole(any_db: Database, import_: Import, folder: Path) -> None:
    edit(folder / "bill_lines.csv", LINE, f"{LINE}\n{LINE.replace(',1,', ',2,').replace('101.25', '5.00')}")
    edit(folder / "bills.csv", "180.80,101.25", "180.80,106.25")
    import_(folder)
    edit(folder / "bills.csv", "180.80,106.25", "180.80,101.25")
    text = (folder / "bill_lines.csv").read_text(encoding="utf-8").splitlines()
    (folder / "bill_lines.csv").write_text("\n".join([text[0], text[1], text[3]]), encoding="utf-8")
    outcomes = import_(folder)
    assert (outcomes["bills.csv"].counts.written, outcomes["bill_lines.csv"].counts.written) == (1, 0)
    with any_db.read() as session:
        bill = session.get_one(Bill, BILL)
        check_bill(bill)
        assert [line.position for line in bill.lines] == [1]


def test_one_corrected_line_must_still_add_up(any_db: Database, import_: Import, folder: Path) -> None:
    import_(folder)
    header = (folder / "bill_lines.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    cells = LINE.split(",")
    renamed = write_csv(folder / "bill_lines_a.csv", header, [*cells[:3], "第一档", *cells[4:]])
    assert import_(renamed)["bill_lines_a.csv"].counts.written == 1
    dearer = write_csv(folder / "bill_lines_b.csv", header, [*cells[:7], "102.00", *cells[8:]])
    assert import_(dearer)["bill_lines_b.csv"].counts.refused == 1
    with any_db.read() as session:
        (line,) = session.get_one(Bill, BILL).lines
        assert (line.label, line.amount) == ("第一档", Decimal("101.25"))
