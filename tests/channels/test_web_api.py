"""The web chat API, to the letter of its contract: status codes, error shapes, the cookie, resuming."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse

from bot.channels.changes import Changes
from bot.channels.web import api
from bot.channels.web.greeting import greeting
from bot.channels.web.session import COOKIE, WebSessions
from bot.conversations.tables import Conversation
from bot.errors import LamplighterError
from tests.conversations.conftest import Room, make_room


@pytest.fixture
def room(db, clock) -> Room:  # type: ignore[no-untyped-def]
    return make_room(db, clock, per_minute=5)


@pytest.fixture
def web(room: Room) -> Iterator[TestClient]:
    app = FastAPI()
    sessions = WebSessions(b"secret of the tests, long enough")
    woken: list[str] = []
    app.include_router(api.router(room.conversations, sessions, Changes(), woken.append, greeting, 3))

    @app.exception_handler(LamplighterError)
    async def ours(_request: Request, error: LamplighterError) -> JSONResponse:
        return api.error_response(error)

    with TestClient(app) as client:
        yield client


def code_of(response) -> tuple[int, str]:  # type: ignore[no-untyped-def]
    error = response.json()["error"]
    assert set(error) == {"code", "message"} and error["message"]
    return response.status_code, error["code"]


def test_a_session_is_new_once_and_then_resumed(web: TestClient) -> None:
    first, second = web.post("/chat/api/session", json={}), web.post("/chat/api/session", json={})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert "set-cookie" not in second.headers


def test_a_new_session_gets_one_greeting(web: TestClient) -> None:
    web.post("/chat/api/session", json={})
    body = web.get("/chat/api/messages?after=0").json()
    assert [(m["id"], m["author"], m["card"]["kind"]) for m in body["messages"]] == [(1, "bot", "greet")]
    assert set(body) == {"messages", "state", "busy", "delayed", "more"}
    assert set(body["messages"][0]) == {"id", "author", "text", "card", "options", "sent_at"}
    assert set(body["messages"][0]["options"][0]) == {"id", "title"}


@pytest.mark.parametrize("path", ["/chat/api/messages?after=0", "/chat/api/stream"])
def test_without_a_session_nothing_is_read(web: TestClient, path: str) -> None:
    assert code_of(web.get(path)) == (401, "no_session")


def test_a_forged_cookie_is_no_session(web: TestClient) -> None:
    web.cookies.set(COOKIE, '"x".abcdef')
    assert code_of(web.get("/chat/api/messages?after=0")) == (401, "no_session")
    assert web.post("/chat/api/session", json={}).status_code == 201


def test_a_message_is_accepted_and_its_repetition_answered_alike(web: TestClient) -> None:
    web.post("/chat/api/session", json={})
    answers = [web.post("/chat/api/messages", json={"text": "查电费", "client_id": "c1"}) for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(202, {"message_id": 2})] * 2
    assert web.get("/chat/api/messages?after=1").json()["busy"] is True


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "shape")),
        ({"text": 1}, (400, "shape")),
        ({"text": "a", "option": "b"}, (400, "shape")),
        ({"intent": "check_bill"}, (400, "shape")),
        ({"text": "a", "entities": {}}, (400, "shape")),
        ({"text": "a", "client_id": "x" * 65}, (400, "shape")),
        ({"text": "a", "client_id": ""}, (400, "shape")),
        ({"text": "a", "client_id": "\ud83d"}, (400, "shape")),
        ({"text": "a", "client_id": "a\x00b"}, (400, "shape")),
        ({"text": " \n"}, (422, "empty")),
        ({"text": "好" * 2001}, (422, "too_long")),
        ({"option": "unknown"}, (409, "option_expired")),
        ({"option": "\ud83d"}, (409, "option_expired")),
        ({"option": "a\x00b"}, (409, "option_expired")),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(web: TestClient, body: dict, expected: tuple) -> None:
    web.post("/chat/api/session", json={})
    content = json.dumps(body).encode()
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert code_of(web.post("/chat/api/messages", content=content, headers=headers)) == expected
    assert len(web.get("/chat/api/messages?after=0").json()["messages"]) == 1


def test_a_body_that_is_no_json_object_is_refused(web: TestClient) -> None:
    web.post("/chat/api/session", json={})
    headers = {"content-type": "application/json"}
    assert code_of(web.post("/chat/api/messages", content=b"{", headers=headers)) == (400, "shape")
    assert code_of(web.post("/chat/api/messages", content=b"[]", headers=headers)) == (400, "shape")
    assert code_of(web.post("/chat/api/messages", content=b"[" * 60_000, headers=headers)) == (400, "shape")
    assert code_of(web.post("/chat/api/messages", data={"text": "a"})) == (400, "shape")
    huge = b'{"text": "' + b"a" * 70_000 + b'"}'
    assert code_of(web.post("/chat/api/messages", content=huge, headers=headers)) == (413, "too_large")


def test_too_many_messages_are_told_to_wait(web: TestClient) -> None:
    web.post("/chat/api/session", json={})
    for number in range(5):
        web.post("/chat/api/messages", json={"text": f"第{number}句"})
    response = web.post("/chat/api/messages", json={"text": "再来"})
    assert code_of(response) == (429, "rate_limited")
    assert int(response.headers["retry-after"]) > 0


def test_too_many_sessions_of_one_address_are_told_to_wait(web: TestClient) -> None:
    for _ in range(3):
        assert web.post("/chat/api/session", json={}).status_code == 201
        web.cookies.clear()
    assert code_of(web.post("/chat/api/session", json={})) == (429, "rate_limited")


def test_numbers_rise_and_reading_after_one_gives_the_rest(web: TestClient, room: Room) -> None:
    conversation = web.post("/chat/api/session", json={}).json()["conversation_id"]
    web.post("/chat/api/messages", json={"text": "谢谢"})
    room.serve(conversation)
    ids = [m["id"] for m in web.get("/chat/api/messages?after=0").json()["messages"]]
    assert ids == [1, 2, 3]
    assert [m["id"] for m in web.get("/chat/api/messages?after=2").json()["messages"]] == [3]
    for number in (-1, 2**31, 2**63):
        assert web.get(f"/chat/api/messages?after={number}").status_code == 422


def test_a_long_thread_is_read_in_pages(web: TestClient, room: Room) -> None:
    conversation = web.post("/chat/api/session", json={}).json()["conversation_id"]
    with room.db.write() as session:
        held = session.get_one(Conversation, conversation)
        for number in range(150):
            room.thread.write(session, held, "system", str(number))
    first = web.get("/chat/api/messages?after=0").json()
    assert first["more"] and len(first["messages"]) == 100
    rest = web.get(f"/chat/api/messages?after={first['messages'][-1]['id']}").json()
    assert not rest["more"] and len(rest["messages"]) == 51
