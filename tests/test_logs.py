"""No log holds a customer's words: an error is written down by its kind and its place, never by its message."""

import logging

import pytest
import structlog

from bot.logs import configure_logs


def test_an_unexpected_error_is_logged_without_its_message(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logs()
    structlog.reset_defaults()  # the stream of this test is closed after it
    try:
        try:
            raise KeyError("王秀英 13800000017")
        except KeyError as error:
            raise ValueError("门口电线断了") from error
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    said = capsys.readouterr().err
    assert "Exception in ASGI application" in said and "ValueError" in said and "KeyError" in said
    assert "test_logs.py" in said
    assert "门口" not in said.replace('raise ValueError("门口电线断了")', "") and "王秀英 1" not in said
