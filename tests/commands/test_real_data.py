"""`lamplighter import` and `audit` from the command line."""

import shutil
from pathlib import Path

from bot.settings import ROOT
from tests.commands.test_front_door import lamplighter  # noqa: F401

EXAMPLES = ROOT / "docs" / "examples" / "import"


def test_the_examples_are_imported_and_audited(lamplighter, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    code, out, err = lamplighter("import", str(EXAMPLES))
    assert code == 0 and out.count("退回 0") == len(list(EXAMPLES.glob("*.csv"))) and "行" in err
    code, out, _ = lamplighter("audit", "--date", "2026-10-06")
    assert code == 0 and "稽核" in out


def test_refused_lines_are_told_and_fail_the_command(lamplighter, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    folder = shutil.copytree(EXAMPLES, tmp_path / "tables")
    path = folder / "meters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("U-37,80", "U-37,-80"), encoding="utf-8")
    for options in (("--dry-run",), ()):
        code, out, err = lamplighter("import", str(folder), *options)
        assert code == 1 and "退回 1" in out and ".refused.csv" in out
        assert "13900000011" not in out + err and "王小燕" not in out + err


def test_what_cannot_be_imported_is_one_sentence(lamplighter, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    code, out, err = lamplighter("import", str(tmp_path / "nothing.csv"))
    assert (code, out) == (1, "") and err.splitlines()[-1].startswith("✗ ") and "Traceback" not in err


def test_a_wrong_date_is_one_sentence(lamplighter) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    code, out, err = lamplighter("audit", "--date", "2026-13-01")
    assert (code, out) == (1, "") and "不合格式" in err
