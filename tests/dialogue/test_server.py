"""The dialogue process itself: its doors, its failures, its death, and what it writes into its log."""

import json
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.dialogue.conftest import slot
from tests.dialogue.process import KEY, ActionServer, Server, kinds, turn

BILL = "这月电费多少钱"


@pytest.fixture(scope="module")
def action_server() -> Iterator[ActionServer]:
    running = ActionServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def actions(action_server: ActionServer) -> ActionServer:
    action_server.script.clear()
    action_server.called.clear()
    action_server.calls.clear()
    return action_server


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('trackers') / 'dialogue.db'}"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "dialogue.log"


@pytest.fixture(scope="module")
def pair(model: Path, database: str, log: Path, action_server: ActionServer) -> Iterator[list[Server]]:
    """Two servers on one database."""
    servers = [Server(model, database, action_server.port, log) for _ in range(2)]
    with ThreadPoolExecutor() as together:  # a server ends with the thread that started it
        list(together.map(Server.start, servers))
        yield servers
        for server in servers:
            server.kill()


@pytest.fixture
def server(pair: list[Server]) -> Server:
    return pair[0]


@pytest.fixture
def conversation() -> str:
    return uuid.uuid4().hex


def test_a_message_is_answered_with_cards(server, actions, conversation):
    assert kinds(server.say(BILL, conversation)) == ["action_check_bill"]
    assert actions.calls[0]["tracker"]["sender_id"] == conversation
    assert "domain" not in actions.calls[0]


def test_without_the_key_of_this_start_no_door_opens(server, actions, conversation):
    for path in ("/", "/webhooks/gateway/", "/model/parse", "/conversations/x/tracker", "/nothing"):
        assert server.get(path, key="guessed") in (403, 404), path
    assert server.get("/webhooks/gateway/", key="guessed") == 403
    assert server.post(turn(BILL, conversation), key="锁".encode().decode("latin-1"))[0] == 403
    assert server.post(turn(BILL, conversation), key="")[0] == 403
    assert actions.called == []


def test_rasas_own_api_is_not_served(server):
    for path in ("/model/parse", "/conversations/x/tracker", "/domain", "/webhooks/rest/webhook", "/status"):
        assert server.get(path, key=KEY) == 404, path


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        {},
        {"text": BILL},
        {"message_id": "m", "conversation_id": "c"},
        {"message_id": "m", "conversation_id": "c", "text": ""},
        {"message_id": "m", "conversation_id": "c", "text": 5},
        {"message_id": 7, "conversation_id": "c", "text": BILL},
        {"message_id": "m", "conversation_id": "c", "intent": "no_such_intent"},
        {"message_id": "m", "conversation_id": "c", "intent": "restart"},
        {"message_id": "m", "conversation_id": "c", "intent": "nlu_fallback"},
        {"message_id": "m", "conversation_id": "c", "intent": ["check_bill"]},
        {"message_id": "m", "conversation_id": "c", "intent": "check_bill", "entities": []},
    ],
)
def test_a_shape_that_cannot_be_read_is_refused(server, actions, body):
    assert server.post(body)[0] == 400
    assert actions.called == []


def test_while_the_actions_are_down_a_message_waits_and_is_then_answered_once(server, actions, conversation):
    assert kinds(server.say("谢谢", conversation)) == ["thank"]
    actions.stop()
    asked = turn(BILL, conversation)
    for _ in range(2):
        status, body = server.post(asked)
        assert (status, body["permanent"]) == (503, False)
    actions.start()
    assert kinds(server.post(asked)) == ["action_check_bill"]
    assert kinds(server.post(asked)) == ["action_check_bill"]
    assert actions.called == ["action_check_bill"]
    events = actions.calls[0]["tracker"]["events"]
    assert [e["text"] for e in events if e["event"] == "user"] == [BILL]


def test_an_action_that_says_nothing_is_an_error_for_good(server, actions, conversation):
    actions.script["action_check_bill"] = lambda call: {"events": [], "responses": []}
    assert server.say(BILL, conversation) == (503, {"error": "empty", "permanent": True})
    assert kinds(server.say("谢谢", conversation)) == ["thank"]


def test_a_turn_without_end_is_an_error_for_good(server, actions, conversation):
    again = {"event": "followup", "name": "action_check_bill"}
    actions.script["action_check_bill"] = lambda call: {"events": [again], "responses": [{"custom": {"kind": "x"}}]}
    status, body = server.say(BILL, conversation)
    assert (status, body["permanent"]) == (503, True)


def test_the_same_message_asked_many_times_at_once_runs_once_on_a_server(server, actions, conversation):
    asked = turn(BILL, conversation)
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(server.post, [asked] * 8))
    assert [kinds(answer) for answer in answers] == [["action_check_bill"]] * 8
    assert actions.called == ["action_check_bill"]


def test_many_messages_at_once_are_answered_one_after_the_other(server, actions, conversation):
    together = threading.Semaphore()
    overlaps = []

    def alone(call):
        overlaps.append(not together.acquire(blocking=False))
        threading.Event().wait(0.01)
        together.release()
        return {"events": [], "responses": [{"custom": {"kind": "bill"}}]}

    actions.script["action_check_bill"] = alone
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: server.say(BILL, conversation), range(24)))
    assert [kinds(answer) for answer in answers] == [["bill"]] * 24
    assert not any(overlaps)


def test_of_two_servers_with_the_same_message_both_give_the_one_saved_answer(pair, actions, conversation):
    actions.script["action_check_bill"] = lambda call: {
        "events": [],
        "responses": [{"custom": {"kind": "bill", "made": uuid.uuid4().hex}}],
    }
    for round_ in range(5):
        asked = turn(BILL, conversation, f"{conversation}:{round_}")
        with ThreadPoolExecutor(2) as together:
            answers = list(together.map(lambda server, asked=asked: server.post(asked), pair))
        saved = pair[0].post(asked)
        assert saved[0] == 200
        assert all(answer == saved for answer in answers if answer[0] == 200)
        assert all(body["permanent"] is False for status, body in answers if status != 200)


def test_two_servers_take_turns_in_one_conversation(pair, actions, conversation):
    actions.script["action_check_bill"] = lambda call: {
        "events": [{"event": "slot", "name": "verify_goal", "value": str(len(actions.called))}],
        "responses": [{"custom": {"kind": call["tracker"]["slots"]["verify_goal"] or "none"}}],
    }
    seen = [kinds(pair[number % 2].say(BILL, conversation)) for number in range(4)]
    assert seen == [["none"], ["1"], ["2"], ["3"]]


def test_a_caller_that_hangs_up_does_not_cancel_its_turn(server, actions, conversation):
    begun, may_end = threading.Event(), threading.Event()

    def slow(call):
        begun.set()
        may_end.wait(10)
        return {"events": [], "responses": [{"custom": {"kind": "slow"}}]}

    actions.script["action_check_bill"] = slow
    asked = turn(BILL, conversation)
    hang_up_when(begun, server, asked)
    may_end.set()
    assert kinds(server.post(asked)) == ["slow"]
    assert actions.called == ["action_check_bill"]


def hang_up_when(begun: threading.Event, server: Server, body: dict) -> None:
    payload = json.dumps(body).encode()
    head = f"POST /webhooks/gateway/turn HTTP/1.1\r\nHost: x\r\nX-Lamplighter-Key: {KEY}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(payload)}\r\n\r\n".encode() + payload)
        assert begun.wait(10)


def test_connections_to_the_actions_are_kept(server, actions, conversation):
    server.say(BILL, conversation)
    before = actions.connections
    for _ in range(5):
        server.say(BILL, conversation)
    assert actions.connections == before


def test_a_killed_server_gives_its_answers_back_and_goes_on_where_it_was(model, actions, tmp_path, conversation):
    database, log = f"sqlite:///{tmp_path / 'd.db'}", tmp_path / "log"
    actions.script["action_check_bill"] = lambda call: {
        "events": [{"event": "followup", "name": "verify_form"}],
        "responses": [],
    }
    actions.script["validate_verify_form"] = lambda call: {
        "events": [slot("verify_identifier", None), slot("requested_slot", "verify_identifier")],
        "responses": [{"custom": {"kind": f"asked {len(actions.called)}"}}],
    }
    first = Server(model, database, actions.port, log).start()
    asked = turn(BILL, conversation)
    answer = kinds(first.post(asked))
    for number in range(3):
        first.say("4100000017", conversation, f"{conversation}:{number}")
    first.kill()
    second = Server(model, database, actions.port, log).start()
    called = len(actions.called)
    assert kinds(second.post(asked)) == answer == ["asked 2"]
    assert len(actions.called) == called
    assert kinds(second.say("4100000017", conversation)) == [f"asked {called + 1}"]
    second.kill()


def test_nothing_a_customer_wrote_reaches_the_log(server, actions, log, conversation):
    secret = "13987654321家住天宫路十八号"
    server.say(f"我的电话是{secret}", conversation)
    actions.script["action_check_bill"] = lambda call: {"events": [{"event": "unheard of"}], "responses": []}
    server.say(f"{BILL} {secret}", conversation)
    actions.script["action_check_bill"] = lambda call: {"nothing": secret}
    server.say(f"{BILL} {secret}", conversation)
    server.post(json.dumps(turn(secret, conversation)).encode()[:-1])
    actions.stop()
    server.say(f"{BILL} {secret}", conversation)
    actions.start()
    server.post(turn(secret, conversation, "m") | {"intent": secret})
    written = log.read_text(errors="replace")
    assert "turn failed" in written
    for said in (secret, "13987654321", "天宫路", BILL):
        assert said not in written
        assert json.dumps(said).strip('"') not in written
