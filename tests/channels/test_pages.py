"""Public pages: a policy's own page, and the promises."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.bootstrap import build
from bot.fieldwork import load_service_levels, public_promises
from bot.gateway import create_app
from bot.knowledge.library import FOLDER
from bot.settings import Settings


@pytest.fixture
def web(tmp_path: Path) -> Iterator[TestClient]:
    """The whole gateway, without its workers."""
    yield TestClient(create_app(build(Settings(var_dir=tmp_path, dialogue_url="http://127.0.0.1:9"))))


def test_the_promises_tell_averages_and_limits_apart(web: TestClient) -> None:
    page = web.get("/promises")
    assert page.status_code == 200
    assert "平均 45 分钟,最迟 60 分钟" in page.text
    assert "最迟 5 个工作日" in page.text


def test_internal_targets_stay_inside(web: TestClient) -> None:
    levels = load_service_levels()
    assert levels.levels["theft_check"].everywhere.told is None
    assert all(promise.kind.title != levels.kind("theft").title for promise in public_promises(levels))
    assert "9 个工作日" not in web.get("/promises").text


def test_a_policy_has_its_own_page_and_an_unknown_one_says_so(web: TestClient) -> None:
    page = web.get("/policies/residential-steps")
    assert page.status_code == 200 and "0.56元" in page.text and "{{" not in page.text
    missing = web.get("/policies/nothing-here")
    assert missing.status_code == 404 and "没有这条政策" in missing.text


def test_every_policy_has_a_readable_page(web: TestClient) -> None:
    ids = sorted(path.stem for path in FOLDER.glob("*.md"))
    failing = [name for name in ids if web.get(f"/policies/{name}").status_code != 200]
    assert failing == []


def test_a_policy_page_links_its_print_rules_and_a_print_leaves_links_out(web: TestClient) -> None:
    page = web.get("/policies/residential-steps").text
    sheet = re.search(r'href="([^"]*policy\.css[^"]*)"', page)
    assert sheet is not None
    rules = web.get(sheet[1]).text
    assert "@media print" in rules and "display: none" in rules.split("@media print")[1]
