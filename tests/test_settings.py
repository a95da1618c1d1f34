"""Settings: a wrong value stops the start with a sentence that says how to put it right."""

import pytest

from bot.errors import ConfigurationError
from bot.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PORT", "0"), ("HTTP_PORT", "abc"), ("NOW", "2026-11-24T09:00:00+08:00"), ("MESSAGES_PER_MINUTE", "0")],
)
def test_a_wrong_value_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LAMPLIGHTER_{name}", value)
    with pytest.raises(ConfigurationError) as stopped:
        load_settings()
    assert "LAMPLIGHTER_" in stopped.value.message


def test_the_clock_can_be_set_in_test_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPLIGHTER_TEST_MODE", "1")
    monkeypatch.setenv("LAMPLIGHTER_NOW", "2030-01-01T00:00:00+08:00")
    assert load_settings().clock().now().year == 2029


def test_demo_mode_widens_the_limits() -> None:
    assert (load_settings(demo=True).limit_factor, load_settings(demo=False).limit_factor) == (100, 1)
