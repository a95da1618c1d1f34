"""Titles of options: the short words a customer sees on a choice, kept apart from code."""

from functools import cache
from pathlib import Path

import yaml

TITLES = Path(__file__).with_name("titles.yml")


@cache
def _titles() -> dict[str, str]:
    return dict(yaml.safe_load(TITLES.read_text(encoding="utf-8")))


def title(key: str, **values: object) -> str:
    """The title of an option; `{name}` in it is filled from `values`."""
    return _titles()[key].format(**values)


def has_title(key: str) -> bool:
    return key in _titles()
