"""Charts show an account's use and bills: only to the conversation that has proved it, only now, and never kept."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse

from bot.billing import Billing
from bot.billing.pictures import CHARTS, chart_key
from bot.channels.web import api, charts
from bot.channels.web.session import WebSessions
from bot.clock import FixedClock
from bot.errors import LamplighterError
from bot.identity import Identity
from tests.demo_data import Phones, billing, customers, identity, phones, prove, seeded, seeded_file  # noqa: F401

MINE, THEIRS = "4100000017", "4100000025"
HERE = "conversation-here"


@pytest.fixture
def web(identity: Identity, billing: Billing) -> Iterator[TestClient]:  # noqa: F811
    """The charts, and a way into a conversation of one's choice."""
    app, sessions = FastAPI(), WebSessions(b"secret of the tests, long enough")
    app.include_router(charts.router(identity, billing, sessions))

    @app.post("/in/{conversation_id}")
    async def enter(request: Request, response: Response, conversation_id: str) -> None:
        sessions.remember(request, response, conversation_id)

    @app.exception_handler(LamplighterError)
    async def ours(_request: Request, error: LamplighterError) -> JSONResponse:
        return api.error_response(error)

    with TestClient(app) as client:
        yield client


def url(kind: str = "waterfall", account_no: str = MINE, conversation_id: str = HERE) -> str:
    return f"{CHARTS}/{chart_key(conversation_id, account_no)}/{kind}"


@pytest.mark.parametrize(
    "kind", ["waterfall", "waterfall?last=2026-08", "days", "months", "months?first=2026-01&last=2026-06"]
)
def test_who_has_proved_the_account_sees_its_charts(
    kind: str, web: TestClient, identity: Identity, phones: Phones  # noqa: F811
) -> None:  # fmt: skip
    web.post(f"/in/{HERE}")
    prove(identity, phones, MINE, HERE)
    shown = web.get(url(kind))
    assert shown.status_code == 200 and shown.headers["content-type"].startswith("image/svg+xml")
    assert shown.headers["cache-control"] == "no-store"
    root = ET.fromstring(shown.text)
    names = [child.tag.rpartition("}")[2] for child in root]
    assert names[:2] == ["title", "desc"] and root.get("role") == "img"
    assert MINE not in shown.text


def test_without_the_cookie_or_with_another_one_there_is_nothing(
    web: TestClient, identity: Identity, phones: Phones  # noqa: F811
) -> None:  # fmt: skip
    prove(identity, phones, MINE, HERE)
    assert web.get(url()).status_code == 401
    web.post("/in/another-conversation")
    refused = web.get(url())
    assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")
    assert "svg" not in refused.text


def test_an_account_this_conversation_has_not_proved_stays_closed(
    web: TestClient, identity: Identity, phones: Phones  # noqa: F811
) -> None:  # fmt: skip
    web.post(f"/in/{HERE}")
    assert web.get(url()).status_code == 401
    prove(identity, phones, MINE, HERE)
    assert web.get(url(account_no=THEIRS)).status_code == 401
    prove(identity, phones, THEIRS, HERE)
    assert [web.get(url(account_no=each)).status_code for each in (MINE, THEIRS)] == [200, 200]
    assert web.get(url(account_no=MINE)).text != web.get(url(account_no=THEIRS)).text


def test_a_proof_that_has_run_out_opens_nothing_more(
    web: TestClient, identity: Identity, phones: Phones, clock: FixedClock  # noqa: F811
) -> None:  # fmt: skip
    web.post(f"/in/{HERE}")
    prove(identity, phones, MINE, HERE)
    clock.advance(minutes=29)
    assert web.get(url()).status_code == 200
    clock.advance(minutes=1)
    assert web.get(url()).status_code == 401


def test_a_proof_that_was_ended_opens_nothing_more(
    web: TestClient, identity: Identity, phones: Phones  # noqa: F811
) -> None:  # fmt: skip
    web.post(f"/in/{HERE}")
    prove(identity, phones, MINE, HERE)
    identity.forget(HERE)
    assert web.get(url()).status_code == 401


def test_an_account_without_bills_has_no_chart(
    web: TestClient, identity: Identity, phones: Phones  # noqa: F811
) -> None:  # fmt: skip
    web.post(f"/in/{HERE}")
    prove(identity, phones, "4100000215", HERE)
    assert [web.get(url(kind, "4100000215")).status_code for kind in ("waterfall", "days", "months")] == [404] * 3


def test_what_is_no_chart_is_refused(web: TestClient, identity: Identity, phones: Phones) -> None:  # noqa: F811
    web.post(f"/in/{HERE}")
    prove(identity, phones, MINE, HERE)
    assert web.get(url("pie")).status_code == 422
    assert web.get(url("waterfall?last=2026-13")).status_code == 422
