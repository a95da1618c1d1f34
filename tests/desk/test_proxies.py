"""Limits by address behind a proxy: each visitor's own is counted, and nobody writes themselves another."""

import pytest
from fastapi.testclient import TestClient

from bot.errors import ConfigurationError
from bot.settings import load_settings
from tests.desk.conftest import BASE, Desk, make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes"]
PROXY, INNER, STRANGER = "10.1.0.5", "10.1.2.3", "203.0.113.9"
TRUSTED = "192.0.2.1, 10.1.0.0/16"
LIMIT = 10  # wrong names of one address, with one wrong login a name


@pytest.fixture
def behind(db, clock) -> Desk:  # type: ignore[no-untyped-def]
    return make_desk(db, clock, trusted_proxies=TRUSTED, login_failures=1, sessions_per_minute=2)


def browser(desk: Desk, peer: str = PROXY) -> TestClient:
    return TestClient(desk.app, base_url=BASE, follow_redirects=False, client=(peer, 50000))


def tries(client: TestClient, forwarded: list[str]) -> list[int]:
    """Wrong logins, each with a name of its own: only the address is counted."""
    return [
        client.post(
            "/desk/login", data={"login": f"{value} {n}", "password": "x"}, headers={"X-Forwarded-For": value}
        ).status_code
        for n, value in enumerate(forwarded)
    ]


def chats(client: TestClient, forwarded: list[str]) -> list[int]:
    return [
        TestClient(client.app, base_url=BASE, client=client._transport.client)  # type: ignore[attr-defined]
        .post("/chat/api/session", headers={"X-Forwarded-For": value})
        .status_code
        for value in forwarded
    ]


def test_each_visitor_behind_the_proxy_has_a_limit_of_their_own(behind: Desk) -> None:
    client = browser(behind)
    assert tries(client, ["198.51.100.1"] * (LIMIT + 1)) == [401] * LIMIT + [429]
    assert tries(client, ["198.51.100.2"]) == [401]
    assert chats(client, ["198.51.100.1"] * 3 + ["198.51.100.2"]) == [201, 201, 429, 201]


def test_what_a_visitor_wrote_before_the_proxy_counts_for_nothing(behind: Desk) -> None:
    forged = [f"198.51.100.{n}, {STRANGER}" for n in range(LIMIT + 1)]
    assert tries(browser(behind), forged)[-1] == 429
    forged = [f"192.0.2.1, 10.1.9.{n}, {STRANGER}" for n in range(3)]  # proxies of ours among them
    assert chats(browser(behind), forged) == [201, 201, 429]


def test_a_header_from_anybody_but_the_proxy_is_not_believed(behind: Desk) -> None:
    forged = [f"198.51.100.{n}" for n in range(LIMIT + 1)]
    assert tries(browser(behind, STRANGER), forged)[-1] == 429
    assert chats(browser(behind, STRANGER), forged[:3]) == [201, 201, 429]


def test_without_the_setting_no_header_is_believed(db, clock) -> None:  # type: ignore[no-untyped-def]
    desk = make_desk(db, clock, login_failures=1, sessions_per_minute=2)
    forged = [f"198.51.100.{n}" for n in range(LIMIT + 1)]
    assert tries(browser(desk, "127.0.0.1"), forged)[-1] == 429
    assert chats(browser(desk, "127.0.0.1"), forged[:3]) == [201, 201, 429]


def test_through_two_proxies_of_ours_the_visitor_is_counted(behind: Desk) -> None:
    through = [f"198.51.100.{n}, {INNER}" for n in range(3)]
    assert chats(browser(behind), through) == [201, 201, 201]
    assert chats(browser(behind), [f"198.51.100.7, {INNER}"] * 3) == [201, 201, 429]


def test_headers_sent_twice_are_read_as_one_list(behind: Desk) -> None:
    """A proxy that adds a line of its own leaves the visitor's line before it."""
    codes = [
        browser(behind)
        .post("/chat/api/session", headers=[("X-Forwarded-For", f"198.51.100.{n}"), ("X-Forwarded-For", STRANGER)])
        .status_code
        for n in range(3)
    ]
    assert codes == [201, 201, 429]


@pytest.mark.parametrize("value", ["", " ", ",", "unknown", "x" * 5000])
def test_a_header_that_says_nothing_stops_nobody(behind: Desk, value: str) -> None:
    assert chats(browser(behind), [value]) == [201]


def test_https_is_taken_from_the_proxy_alone(behind: Desk) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}
    assert "Secure" in browser(behind).post("/chat/api/session", headers=said).headers["set-cookie"]
    assert "Secure" not in browser(behind, STRANGER).post("/chat/api/session", headers=said).headers["set-cookie"]


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.0/99", "10.0.0.5,*", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_stops_the_start(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="LAMPLIGHTER_TRUSTED_PROXIES"):
        load_settings(trusted_proxies=wrong)
