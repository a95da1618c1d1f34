"""Two gateways, two action servers and two dialogue servers on one PostgreSQL: every message once, in order."""

import json
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.conftest import new_database
from tests.stack import Customer, Stack, wait_until

SUGGESTION = "给你们提个建议,营业厅能不能周末也开门"
SAID = {  # what is said, and the card that answers it
    "你好": "greet",
    "阶梯电价怎么算的": "policy",
    "谢谢": "thank",
    SUGGESTION: "feedback_thanks",
    "你是机器人吗": "bot_challenge",
    "过户要什么材料": "policy",
}
CUSTOMERS = 4


@pytest.fixture(scope="module")
def database(postgres_cluster: str) -> str:
    return new_database(postgres_cluster)


@pytest.fixture(scope="module")
def houses(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stack]]:
    """Two installations that share nothing but the database and the key that signs cookies."""
    shared = {"LAMPLIGHTER_DATABASE_URL": database, "LAMPLIGHTER_SECRET": "one-key-for-both-gateways-0123456789"}
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    with Stack(folders[0], **shared) as first, Stack(folders[1], **shared) as second:
        yield [first, second]


def elsewhere(customer: Customer, stack: Stack) -> httpx.Client:
    """The same customer's browser, sent to the other gateway."""
    cookie = "; ".join(f"{c.name}={c.value}" for c in customer.http.cookies.jar)
    return httpx.Client(base_url=stack.url, trust_env=False, timeout=30, headers={"Cookie": cookie})


def thread(http: httpx.Client) -> list[dict]:
    return list(http.get("/chat/api/messages", params={"after": 0}).json()["messages"])


def settled(http: httpx.Client) -> bool:
    return not http.get("/chat/api/messages", params={"after": 0}).json()["busy"]


def rows(postgres_url: str, query: str, conversation_id: str) -> list[tuple]:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query), {"id": conversation_id})]
    engine.dispose()
    return found


def send_all(customer: Customer, first: httpx.Client, second: httpx.Client) -> list[int]:
    """Every message twice, to both gateways, as a browser does that was not sure; returns the numbers stored."""
    numbers = []
    for turn, words in enumerate(SAID):
        body = {"text": words, "client_id": f"m{turn}"}
        order = (first, second) if turn % 2 else (second, first)
        ids = {http.post("/chat/api/messages", json=body).json()["message_id"] for http in order}
        assert len(ids) == 1, f"stored twice: {ids}"
        numbers += ids
    return numbers


def check(customer: Customer, http: httpx.Client, sent: list[int], postgres_url: str) -> None:
    messages = thread(http)
    assert [m["id"] for m in messages if m["author"] == "customer"] == sent
    assert [m["id"] for m in messages] == sorted(m["id"] for m in messages)
    query = "SELECT reply_to, card ->> 'kind' FROM messages WHERE conversation_id = :id AND author = 'bot' AND seq > 1"
    answers = rows(postgres_url, f"{query} ORDER BY seq", customer.conversation_id)
    assert answers == list(zip(sent, SAID.values(), strict=True))
    notes = rows(
        postgres_url, "SELECT conversation_id FROM feedback_notes WHERE conversation_id = :id", customer.conversation_id
    )
    assert len(notes) == 1


def test_a_stream_hears_what_the_other_gateway_stores(houses: list[Stack]) -> None:
    first, second = houses
    customer = first.customer()
    other = elsewhere(customer, second)
    events = []
    with other.stream("GET", "/chat/api/stream", params={"after": 0}, timeout=60) as stream:
        lines = stream.iter_lines()
        customer.send(text="你好")
        for line in lines:
            if line.startswith("data: {") and "author" in line:
                events.append(json.loads(line.removeprefix("data: ")).get("author"))
            if events.count("bot") >= 2:
                break
    assert "customer" in events


def test_two_of_each_answer_every_message_once_and_in_order(houses: list[Stack], database: str) -> None:
    first, second = houses
    people = [first.customer() for _ in range(CUSTOMERS)]
    others = [elsewhere(person, second) for person in people]
    sent = [send_all(person, person.http, other) for person, other in zip(people, others, strict=True)]
    first.kill("gateway")
    for person, other, numbers in zip(people, others, sent, strict=True):
        wait_until(lambda other=other: settled(other), 120, second.logs)
        check(person, other, numbers, database)
