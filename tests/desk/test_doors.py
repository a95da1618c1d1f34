"""Every route of the desk is closed to strangers, to the wrong role and to requests made elsewhere."""

import pytest
from fastapi.openapi.utils import get_openapi

from bot.desk.guard import COOKIE
from bot.staff import ROLES
from tests.desk.conftest import BASE, Desk, make_desk
from tests.staff.conftest import PASSWORD

EVERYBODY = frozenset(ROLES)
DESK = frozenset({"agent", "supervisor"})
SUPERVISOR, ADMINISTRATOR = frozenset({"supervisor"}), frozenset({"administrator"})

# Open on purpose: logging in, the one-time link, and what asks for the key of a program.
OPEN = {
    ("GET", "/desk/login"),
    ("POST", "/desk/login"),
    ("GET", "/desk/welcome/{token}"),
    ("POST", "/desk/welcome/{token}"),
    ("GET", "/desk/api/queue"),
}
ROUTES = {
    ("POST", "/desk/logout"): EVERYBODY,
    ("GET", "/desk/"): EVERYBODY,
    ("GET", "/desk/stream"): EVERYBODY,
    ("GET", "/desk/me"): EVERYBODY,
    ("POST", "/desk/me/password"): EVERYBODY,
    ("POST", "/desk/me/sessions/end"): EVERYBODY,
    ("POST", "/desk/me/totp"): EVERYBODY,
    ("POST", "/desk/me/totp/confirm"): EVERYBODY,
    ("GET", "/desk/people"): ADMINISTRATOR,
    ("POST", "/desk/people"): ADMINISTRATOR,
    ("POST", "/desk/people/{login}/link"): ADMINISTRATOR,
    ("POST", "/desk/people/{login}/disable"): ADMINISTRATOR,
    ("POST", "/desk/people/{login}/enable"): ADMINISTRATOR,
    ("POST", "/desk/people/{login}/put-out"): ADMINISTRATOR,
    ("POST", "/desk/people/{login}/totp-off"): ADMINISTRATOR,
    ("GET", "/desk/audit"): SUPERVISOR | ADMINISTRATOR,
    ("GET", "/desk/alarms"): DESK | {"dispatcher"},
    ("POST", "/desk/alarms/{message_id}/seen"): DESK | {"dispatcher"},
    ("GET", "/desk/accounts"): DESK,
    ("POST", "/desk/accounts"): DESK,
    ("GET", "/desk/accounts/{account_no}"): DESK,
    ("POST", "/desk/accounts/{account_no}/phone"): DESK,
    ("POST", "/desk/accounts/{account_no}/consents"): DESK,
    ("POST", "/desk/accounts/{account_no}/consents/{consent_id}/end"): DESK,
    ("POST", "/desk/accounts/{account_no}/unbind"): DESK,
    ("GET", "/desk/list"): DESK,
    ("GET", "/desk/c/{conversation_id}"): DESK,
    ("GET", "/desk/c/{conversation_id}/messages"): DESK,
    ("GET", "/desk/c/{conversation_id}/holding"): DESK,
    ("GET", "/desk/c/{conversation_id}/side"): DESK,
    ("POST", "/desk/c/{conversation_id}/claim"): DESK,
    ("POST", "/desk/c/{conversation_id}/reply"): DESK,
    ("POST", "/desk/c/{conversation_id}/seen"): DESK,
    ("POST", "/desk/c/{conversation_id}/pass-on"): DESK,
    ("POST", "/desk/c/{conversation_id}/give-back"): DESK,
    ("POST", "/desk/c/{conversation_id}/close"): DESK,
    ("POST", "/desk/c/{conversation_id}/put-back"): SUPERVISOR,
}
NAMES = [f"{method} {path}" for method, path in ROUTES]


@pytest.fixture
def desk(db, clock) -> Desk:  # type: ignore[no-untyped-def]
    return make_desk(db, clock)


def test_every_route_is_on_the_list(desk: Desk) -> None:
    paths = get_openapi(title="all", version="1", routes=desk.app.routes)["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert {route for route in found if route[1].startswith("/desk")} == set(ROUTES) | OPEN


def filled(desk: Desk, path: str) -> str:
    return path.format(
        conversation_id=desk.waiting(), login="colleague", message_id="x:1", account_no="1", consent_id=1
    )


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_stranger_is_sent_to_the_login(desk: Desk, route: tuple[str, str]) -> None:
    method, path = route
    visitor = desk.visitor()
    for cookie in ("", "forged"):
        if cookie:
            visitor.cookies.set(COOKIE, cookie, path="/desk")
        response = visitor.request(method, filled(desk, path))
        if method == "GET":
            assert (response.status_code, response.headers["location"]) == (303, "/desk/login")
        else:
            assert response.status_code == 401
        by_htmx = visitor.request(method, filled(desk, path), headers={"HX-Request": "true"})
        assert (by_htmx.status_code, by_htmx.headers["hx-redirect"]) == (401, "/desk/login")


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_the_wrong_role_is_refused_and_the_right_one_is_not(desk: Desk, route: tuple[str, str]) -> None:
    method, path = route
    for role in ROLES:
        if role in ROUTES[route] and path == "/desk/stream":
            continue  # open until its reader leaves
        browser = desk.as_(role)
        where = filled(desk, path)
        response = browser.get(where) if method == "GET" else browser.post(where)
        if role in ROUTES[route]:
            assert response.status_code not in (401, 403), (role, response.text)
        else:
            assert response.status_code == 403, role


@pytest.mark.parametrize("route", [r for r in ROUTES if r[0] == "POST"], ids=lambda r: r[1])
def test_a_change_that_was_not_made_on_our_page_is_refused(desk: Desk, route: tuple[str, str]) -> None:
    browser = desk.as_(sorted(ROUTES[route])[0])
    where = filled(desk, route[1])
    elsewhere = (
        {},
        {"X-CSRF-Token": "0" * 64},
        {**browser.headers, "Sec-Fetch-Site": "cross-site"},
        {**browser.headers, "Origin": "https://evil.example"},
        desk.as_(sorted(ROUTES[route])[0]).headers,  # the token of another session of the same person
    )
    for headers in elsewhere:
        assert browser.client.post(where, headers=headers).status_code == 403


def test_logging_in_from_another_site_is_refused(desk: Desk) -> None:
    desk.as_("agent")
    form = {"login": "agent", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert desk.visitor().post("/desk/login", data=form, headers=headers).status_code == 403
    assert desk.visitor().post("/desk/login", data=form, headers={"Origin": BASE}).status_code == 303


def test_a_key_opens_the_figures_and_nothing_else_does(desk: Desk) -> None:
    desk.waiting("danger")
    key = desk.house.staff.keys.make("wallboard", ["queue:read"], 1)
    visitor = desk.visitor()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": key}):
        assert visitor.get("/desk/api/queue", headers=headers).status_code == 401
    assert desk.as_("supervisor").get("/desk/api/queue").status_code == 401
    figures = visitor.get("/desk/api/queue", headers={"Authorization": f"Bearer {key}"}).json()
    assert (figures["waiting"], figures["danger"]) == (1, 1)
    assert visitor.get("/desk/list", headers={"Authorization": f"Bearer {key}"}).status_code == 303


def test_no_page_may_hold_inline_code_and_none_is_kept(desk: Desk) -> None:
    conversation = desk.waiting()
    for browser, path in (
        (desk.visitor(), "/desk/login"),
        (desk.as_("agent"), f"/desk/c/{conversation}"),
        (desk.as_("administrator"), "/desk/people"),
    ):
        response = browser.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["cache-control"] == "no-store"
        assert not [bad for bad in (" style=", " onclick=", "<style", "javascript:") if bad in response.text]


def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    desk.as_("agent")
    response = desk.visitor().post("/desk/login", data={"login": "agent", "password": PASSWORD})
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/desk" in cookie
    assert response.headers["location"] == "/desk/"


def test_a_form_that_is_too_large_is_not_read(desk: Desk) -> None:
    response = desk.visitor().post("/desk/login", data={"login": "a", "password": "x" * 70_000})
    assert response.status_code == 413
