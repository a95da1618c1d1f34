"""`lamplighter staff` on an installation of its own."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.database import migrate
from bot.commands.staff import app
from bot.errors import Conflict
from bot.settings import load_settings


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LAMPLIGHTER_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("LAMPLIGHTER_PUBLIC_URL", "https://desk.example/")
    migrate(load_settings())

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_adding_a_person_prints_their_link(run) -> None:  # type: ignore[no-untyped-def]
    assert run("add", "wang", "--role", "agent", "--name", "王芳").startswith("https://desk.example/desk/welcome/")
    assert "王芳\tagent\t未设密码" in run("list")
    with pytest.raises(Conflict):
        run("add", "wang", "--role", "agent")


def test_a_key_is_told_once_and_can_be_revoked(run) -> None:  # type: ignore[no-untyped-def]
    key = run("key", "wallboard", "--scope", "queue:read").strip()
    assert key.startswith("lamp_") and key not in run("keys")
    run("revoke", "wallboard")
    assert "已吊销" in run("keys")
