"""Pictures over the web chat API: as a form or as they are, refused in the one shape of every error."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse

from bot.channels.changes import Changes
from bot.channels.web import api, attachments
from bot.channels.web.greeting import greeting
from bot.channels.web.session import WebSessions
from bot.clock import new_id
from bot.conversations.addresses import Addresses
from bot.conversations.intake import Intake
from bot.conversations.pictures import MAX_BYTES, Pictures
from bot.conversations.wordless import Wordless
from bot.errors import LamplighterError
from tests.channels.test_web_api import code_of
from tests.conversations.conftest import make_room
from tests.conversations.test_pictures import opened, picture

URL = "/chat/api/attachments"


@pytest.fixture
def web(db, clock) -> Iterator[TestClient]:  # type: ignore[no-untyped-def]
    room = make_room(db, clock)
    app = FastAPI()
    sessions, changes = WebSessions(b"secret of the tests, long enough"), Changes()
    app.include_router(api.router(room.conversations, sessions, changes, lambda _: None, greeting, 9))
    intake = Intake(db, clock, room.thread, Addresses(clock, new_id), 5)
    pictures = Pictures(db, clock, new_id, Wordless(db, room.thread, intake))
    app.include_router(attachments.router(pictures, sessions, changes))

    @app.exception_handler(LamplighterError)
    async def ours(_request: Request, error: LamplighterError) -> JSONResponse:
        return api.error_response(error)

    with TestClient(app) as client:
        client.post("/chat/api/session", json={})
        yield client


@pytest.mark.parametrize("field", ["file", "image"])
def test_a_picture_in_a_form_is_accepted_and_shown(web: TestClient, field: str) -> None:
    sent = web.post(URL, files={field: ("表箱.png", picture(), "image/png")}, data={"client_id": "c1"})
    assert (sent.status_code, sent.json()) == (202, {"message_id": 2})
    message = web.get("/chat/api/messages?after=1").json()["messages"][0]
    assert (message["author"], message["card"]["kind"]) == ("customer", "picture")
    shown = web.get(f"{URL}/{message['card']['attachment_id']}")
    assert shown.headers["content-type"] == "image/jpeg" and "private" in shown.headers["cache-control"]
    assert opened(shown.content).size == (40, 20)
    again = web.post(URL, files={field: ("表箱.png", picture(), "image/png")}, data={"client_id": "c1"})
    assert again.json() == {"message_id": 2}


def test_a_picture_as_the_whole_body_is_accepted(web: TestClient) -> None:
    sent = web.post(URL, content=picture("JPEG"), headers={"content-type": "image/jpeg"})
    assert (sent.status_code, sent.json()) == (202, {"message_id": 2})


def test_without_a_session_nothing_is_taken_or_shown(web: TestClient) -> None:
    web.cookies.clear()
    assert code_of(web.post(URL, files={"file": picture()})) == (401, "no_session")
    assert code_of(web.get(f"{URL}/x")) == (401, "no_session")


def test_a_picture_of_somebody_else_is_not_there(web: TestClient) -> None:
    web.post(URL, files={"file": picture()})
    theirs = web.get("/chat/api/messages?after=1").json()["messages"][0]["card"]["attachment_id"]
    web.cookies.clear()
    web.post("/chat/api/session", json={})
    assert code_of(web.get(f"{URL}/{theirs}")) == (404, "not_found")


def test_what_is_no_picture_is_refused_and_changes_nothing(web: TestClient) -> None:
    big = {"file": b"x" * (MAX_BYTES + 1)}
    broken = {"content-type": "multipart/form-data; boundary=x"}
    multipart = {"content-type": "multipart/form-data"}
    refused = [
        (web.post(URL, files={"file": b"hello"}), (422, "not_an_image")),
        (web.post(URL, files={"file": b""}), (422, "empty")),
        (web.post(URL, files=big), (413, "too_large")),
        (web.post(URL, content=b"x" * (MAX_BYTES + 99_999), headers={"content-type": "image/png"}), (413, "too_large")),
        (web.post(URL, json={"file": "x"}), (400, "shape")),
        (web.post(URL), (400, "shape")),
        (web.post(URL, content=b"nonsense", headers=broken), (400, "shape")),
        (web.post(URL, content=b"nonsense", headers=multipart), (400, "shape")),
        (web.post(URL, files={"a": picture(), "b": picture()}), (400, "shape")),
        (web.post(URL, files={"file": picture()}, data={"client_id": "x" * 65}), (400, "shape")),
    ]
    assert [code_of(answer) for answer, _ in refused] == [expected for _, expected in refused]
    assert len(web.get("/chat/api/messages?after=0").json()["messages"]) == 1


def test_too_many_pictures_are_told_to_wait(web: TestClient) -> None:
    for _ in range(5):
        web.post(URL, files={"file": picture()})
    answer = web.post(URL, files={"file": picture()})
    assert code_of(answer) == (429, "rate_limited") and int(answer.headers["retry-after"]) > 0
