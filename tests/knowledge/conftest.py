"""The real policies, filled with the real figures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.billing import load_tariffs, tariff_figures
from bot.clock import LOCAL, FixedClock
from bot.fieldwork import level_figures, load_service_levels
from bot.knowledge import Knowledge, PolicyLibrary
from bot.knowledge.figures import Figures
from bot.storage.engine import Database


@pytest.fixture(scope="session")
def figures() -> Figures:
    tariffs, levels = load_tariffs(), level_figures(load_service_levels())
    return lambda day: tariff_figures(tariffs, day) | levels


@pytest.fixture(scope="session")
def knowledge(figures: Figures) -> Knowledge:
    from datetime import datetime

    clock = FixedClock(datetime(2026, 11, 25, 9, tzinfo=LOCAL))
    return Knowledge(PolicyLibrary(figures=figures, clock=clock), Database("sqlite://"), clock)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a policy into a folder of its own: `write("id", title=…, effective_from=…)`."""

    def one(policy_id: str, body: str = "正文在这里。", **front: str) -> Path:
        entries = {
            "id": policy_id,
            "title": "门铃能不能接在电表前",
            "questions": "[门铃接哪里, 门铃要不要报装, 门铃算谁的电]",
            "short": "门铃接在电表后面。",
            "source": "{document: 门铃办法}",
            "effective_from": "2020-01-01",
            "verified": "true",
            "region": "河南",
            **front,
        }
        path = tmp_path / f"{policy_id}.md"
        path.write_text("---\n" + "".join(f"{k}: {v}\n" for k, v in entries.items()) + "---\n" + body, "utf-8")
        return path

    return one
