"""kill -9 in the middle of an import: the next run goes on where it stopped, and ends as if nothing had happened."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.billing.tables import Bill, BillLine
from bot.clock import FixedClock
from bot.customers.metering import MeterReading
from bot.importing import parts, plain
from bot.importing.tables import ImportProgress
from bot.settings import ROOT
from bot.storage.base import Base
from bot.storage.engine import Database
from tests.importing.conftest import importer, report

DAYS = 300


def many(folder: Path) -> None:
    """Many readings and bills; every hundredth is bad."""
    readings = [
        f"M-11,20{10 + n // 336}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02},{'x' if n % 100 == 50 else n},月"
        for n in range(DAYS)
    ]
    (folder / "readings.csv").write_text("\n".join(["表号,抄表日期,总示数,日月", *readings]), encoding="utf-8")
    heads, lines = [], []
    for n in range(DAYS):
        end = f"{1990 + n // 12}-{n % 12 + 1:02}"
        heads.append(f"B-{n},4200000011,{end}-01,{end}-28,{end}-28,{end}-28,1,{n}.00,residential_steps")
        lines.append(f"B-{n},1,阶梯电费,电费,1,{n},{n if n % 100 != 50 else n + 1},文件,1990-01-01")
    bills_header = "账单编号,户号,用电期起,用电期止,出账日期,交费期限,电量,金额,电价编号"
    (folder / "bills.csv").write_text("\n".join([bills_header, *heads]), encoding="utf-8")
    header = "账单编号,序号,项目种类,项目,数量,单价,金额,依据,依据日期"
    (folder / "bill_lines.csv").write_text("\n".join([header, *lines]), encoding="utf-8")


@pytest.mark.parametrize("title", ["示数", "账单"])
@pytest.mark.parametrize("engine", ["sqlite_url", "postgres_url"])
def test_a_killed_import_is_resumed(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    folder: Path,
    engine: str,
    title: str,
) -> None:
    many(folder)
    url = request.getfixturevalue(engine)
    db = Database(url)
    Base.metadata.create_all(db.engine)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.importing.killed", url, str(folder), title], cwd=ROOT, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr.decode()
    with db.read() as session:
        (left,) = session.scalars(select(ImportProgress))
        settled = sum(left.counts["0"].values())
        table = MeterReading if title == "示数" else Bill
        assert 0 < (session.scalar(select(func.count()).select_from(table)) or 0) <= settled < DAYS
    monkeypatch.setattr(plain, "BATCH", 20)
    monkeypatch.setattr(parts, "PART_BYTES", 2000)
    done: list[int] = []
    outcomes = importer(db, clock, folder.parent, lambda said, lines: done.append(lines) if said == title else None)(
        folder
    )
    assert min(done) > settled, "it does not begin again"
    for name, bad in (("readings.csv", 3), ("bills.csv", 3), ("bill_lines.csv", 3)):
        assert (outcomes[name].counts.read, outcomes[name].counts.refused) == (DAYS, bad)
        assert sorted(line[0] for line in report(outcomes[name])) == [52, 152, 252]
    with db.read() as session:
        counts = [session.scalar(select(func.count()).select_from(each)) for each in (MeterReading, Bill, BillLine)]
        assert counts == [DAYS - 3] * 3
        assert session.scalars(select(ImportProgress)).all() == []
    db.close()
