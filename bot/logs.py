"""Logs: one JSON line an event on stderr, a constant name and facts as keywords. Never a customer's words."""

import logging
import sys
import traceback
from typing import Any

import structlog


class Wordless(logging.Formatter):
    """Writes an error down by its kind and where it arose; its message may hold what a customer said."""

    def formatException(self, ei: Any) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines += [type(error).__name__, *(f"  {p.filename}:{p.lineno} {p.name}" for p in places)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def configure_logs() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Wordless("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
