"""The whole gateway as an app, on one database, with people of every role and customers who wait."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.bootstrap import House
from bot.clock import FixedClock
from bot.conversations.intake import InboundMessage
from bot.desk.guard import COOKIE
from bot.gateway import create_app
from bot.replies.cards.talk import Greet
from bot.settings import Settings
from bot.staff import ROLES
from bot.storage.engine import Database
from bot.supplier import SupplierFiles
from tests.staff.conftest import PASSWORD, cheap_hashes

__all__ = ["cheap_hashes"]
SECRET = "a secret of the tests, 32 characters"
BASE = "http://desk.test"


@dataclass
class Desk:
    """The app and its house; `as_` gives the browser of a person who has logged in."""

    house: House
    app: FastAPI

    def visitor(self) -> TestClient:
        return TestClient(self.app, base_url=BASE, follow_redirects=False)

    def as_(self, login: str) -> "Browser":
        member = self.house.staff.people.one(login)
        if member.password_hash is None:
            self.house.staff.people.set_password(self.house.staff.people.link(login), PASSWORD)
        client = self.visitor()
        client.cookies.set(COOKIE, self.house.staff.door.log_in(login, PASSWORD, "", "test"), path="/desk")
        return Browser(client)

    def waiting(self, reason: str = "asked_for") -> str:
        """A customer who waits for a person."""
        conversation = self.talking()
        self.house.conversations.request_human(conversation, reason=reason)
        return conversation

    def talking(self) -> str:
        return self.house.conversations.start("web", Greet(), address_hash="a", per_minute=1000)

    def says(self, conversation_id: str, text: str) -> int:
        return self.house.conversations.receive(InboundMessage(conversation_id, text=text)).seq

    def state(self, conversation_id: str) -> str:
        return self.house.conversations.view(conversation_id, 0).state

    def texts(self, conversation_id: str) -> list[tuple[str, str]]:
        return [(m.author, m.text) for m in self.house.conversations.view(conversation_id, 0).messages]


class Browser:
    """What a person's browser sends: the token of its own page with every change."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        found = re.search(r'"X-CSRF-Token": "(\w+)"', client.get("/desk/me").text)
        assert found
        self.headers = {"X-CSRF-Token": found[1]}

    def get(self, path: str, **kwargs):  # type: ignore[no-untyped-def]
        return self.client.get(path, **kwargs)

    def post(self, path: str, htmx: bool = True, **data: str):  # type: ignore[no-untyped-def]
        headers = self.headers | ({"HX-Request": "true"} if htmx else {})
        return self.client.post(path, data=data, headers=headers)


def make_desk(db: Database, clock: FixedClock, files: SupplierFiles | None = None, **settings: object) -> Desk:
    house = House(Settings(secret=SECRET, **settings), clock, db)
    if files is not None:
        vars(house)["supplier_files"] = files
    for role in ROLES:
        house.staff.people.add(role, role)
    house.staff.people.add("colleague", "agent")
    return Desk(house, create_app(house))


@pytest.fixture
def desk(any_db: Database, clock: FixedClock) -> Iterator[Desk]:
    yield make_desk(any_db, clock)
