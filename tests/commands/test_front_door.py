"""The front door: a clear sentence and a non-zero exit for whatever is wrong, nothing but results on stdout."""

import json
import subprocess
from pathlib import Path

import pytest

from bot import cli
from bot.settings import ROOT


@pytest.fixture
def lamplighter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LAMPLIGHTER_VAR_DIR", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["lamplighter", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.mark.parametrize("name", ["../outside", "A b", "中文", "-x", ""])
def test_a_policy_is_called_by_a_plain_name(lamplighter, name: str) -> None:  # type: ignore[no-untyped-def]
    before = {path.name for path in (*ROOT.iterdir(), *(ROOT / "policies_kb").iterdir())}
    code, out, err = lamplighter("policy", "new", "--", name)
    assert (code, out) == (1, "") and err.startswith("✗ ") and "Traceback" not in err
    assert {path.name for path in (*ROOT.iterdir(), *(ROOT / "policies_kb").iterdir())} == before


def test_an_unknown_class_is_named_as_such(lamplighter) -> None:  # type: ignore[no-untyped-def]
    code, out, err = lamplighter("policy", "search", "--class", "martian")
    assert (code, out) == (1, "") and "martian" in err and "residential" in err


@pytest.mark.parametrize("command", [("policy", "unanswered"), ("seed", "--today", "2026-13-01")])
def test_what_cannot_be_done_is_one_sentence(lamplighter, command: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = lamplighter(*command)
    assert (code, out) == (1, "") and err.count("✗") == 1 and "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_one_sentence(lamplighter, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LAMPLIGHTER_VAR_DIR", "/proc/nowhere")
    code, _, err = lamplighter("seed")
    assert code == 1 and err.startswith("✗ ") and "Traceback" not in err


def test_searching_policies_says_nothing_but_json() -> None:
    command = [str(ROOT / ".venv" / "bin" / "lamplighter"), "policy", "search"]
    asked = "阶梯电价怎么算\n\n".encode() + b"\xff\n"
    ended = subprocess.run(command, input=asked, capture_output=True, timeout=60, env={"LC_ALL": "C"})
    lines = [json.loads(line) for line in ended.stdout.decode().split("\n")[:-1]]
    assert [line["question"] for line in lines] == ["阶梯电价怎么算", "", "\ufffd"]
    assert lines[0]["answered"] and not lines[1]["answered"]
    assert (ended.returncode, ended.stderr.decode()) == (0, "")
