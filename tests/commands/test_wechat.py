"""The operator's side of the official account: the menu goes out, and what is not set up is said."""

import pytest

from bot.commands.wechat import channel, menu
from bot.errors import ConfigurationError
from bot.settings import Settings


def test_without_an_account_the_channel_is_off_and_that_is_no_fault() -> None:
    assert [found.fine for found in channel(Settings())] == [True]


def test_the_account_is_named() -> None:
    (found,) = channel(Settings(wechat_app_id="wx1", wechat_app_secret="s", wechat_token="t"))
    assert found.fine and "wx1" in found.what


def test_a_menu_needs_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAMPLIGHTER_WECHAT_APP_ID", raising=False)
    with pytest.raises(ConfigurationError):
        menu()
