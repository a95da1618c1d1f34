"""`lamplighter seed --reset` empties a database only where that is the demo's, or where somebody has named it."""

from pathlib import Path

import pytest

from bot.commands import database
from bot.errors import NotAllowed
from bot.settings import Settings
from bot.staff.tables import StaffMember
from bot.storage.engine import Database
from tests.commands.test_front_door import lamplighter

__all__ = ["lamplighter"]


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(database, "seed_demo", lambda *_: None)
    return str(request.getfixturevalue(request.param))


def filled(settings: Settings, clock) -> Database:  # type: ignore[no-untyped-def]
    database.migrate(settings)
    opened = Database(settings.effective_database_url)
    with opened.write() as session:
        session.add(StaffMember(id="s1", login="wang", name="王芳", role="agent", made_at=clock.now()))
    return opened


def is_filled(opened: Database) -> bool:
    with opened.read() as session:
        return session.get(StaffMember, "s1") is not None


def settings_of(url: str, tmp_path: Path, **more: object) -> Settings:
    return Settings(database_url=url, var_dir=tmp_path, **more)


@pytest.mark.parametrize("named", ["", "another", "lamplighter"])
def test_a_database_that_is_not_named_keeps_its_rows(url: str, named: str, tmp_path: Path, clock) -> None:  # type: ignore[no-untyped-def]
    settings = settings_of(url, tmp_path)
    opened = filled(settings, clock)
    with pytest.raises(NotAllowed) as refused:
        database.seed(settings, reset=True, delete_everything_in=named)
    assert is_filled(opened)
    name = database.database_name(settings)
    assert f"--yes-delete-everything-in {name}" in refused.value.message and "@" not in refused.value.message
    opened.close()


def test_a_named_one_and_the_demo_are_emptied(url: str, tmp_path: Path, clock) -> None:  # type: ignore[no-untyped-def]
    settings = settings_of(url, tmp_path)
    for asked in (
        lambda: database.seed(settings, reset=True, delete_everything_in=database.database_name(settings)),
        lambda: database.seed(settings_of(url, tmp_path, demo=True), reset=True),
    ):
        opened = filled(settings, clock)
        opened.engine.dispose()
        asked()
        assert not is_filled(opened)
        opened.close()


def test_the_command_refuses_with_one_sentence(lamplighter) -> None:  # type: ignore[no-untyped-def]
    code, out, err = lamplighter("seed", "--reset")
    assert (code, out) == (1, "") and err.count("✗") == 1 and "lamplighter.db" in err
