"""The papers and the tree say the same: documented settings, one direction of imports, no long rooms."""

import ast
import re
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings

PYTHON = [
    path
    for folder in ("bot", "actions", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_a_module_has_one_subject(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module opens with what it is for"


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_functions_are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f"{f.name} ({f.end_lineno - f.lineno + 1})" for f in functions if (f.end_lineno or 0) - f.lineno >= 50]
    assert long == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_explained_and_documented(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"LAMPLIGHTER_{name.upper()}" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_no_chinese_sentence_in_the_domain_or_in_actions() -> None:
    files = [ROOT / "domain.yml", *sorted((ROOT / "actions").glob("*.py"))]
    assert [relative(f) for f in files if re.search(r"[\u4e00-\u9fff]", f.read_text(encoding="utf-8"))] == []


def test_nothing_but_settings_reads_the_environment() -> None:
    readers = [p for p in PYTHON if re.search(r"os\.environ|getenv", p.read_text(encoding="utf-8"))]
    allowed = {"bot/processes/supervisor.py", "scripts/setup.py"}
    assert {relative(p) for p in readers if not relative(p).startswith("bot/dialogue/")} <= allowed
