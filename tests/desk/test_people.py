"""Accounts in the browser: the first password, logging in and out, codes, and what administrators do."""

import re

from bot.clock import FixedClock
from tests.desk.conftest import Desk, make_desk
from tests.staff.conftest import PASSWORD


def test_a_new_person_sets_their_password_and_logs_in(desk: Desk) -> None:
    token = desk.house.staff.people.link("agent")
    visitor = desk.visitor()
    assert "agent" in visitor.get(f"/desk/welcome/{token}").text
    form = {"password": PASSWORD, "again": PASSWORD}
    assert visitor.post(f"/desk/welcome/{token}", data={**form, "again": "x"}).status_code == 422
    assert visitor.post(f"/desk/welcome/{token}", data=form).headers["location"] == "/desk/login"
    assert visitor.post(f"/desk/welcome/{token}", data=form).status_code == 404
    assert visitor.post("/desk/login", data={"login": "agent", "password": PASSWORD}).status_code == 303
    assert "坐席" in visitor.get("/desk/").text


def test_a_wrong_login_says_one_thing_and_too_many_are_refused(desk: Desk) -> None:
    desk.as_("agent")
    visitor = desk.visitor()
    pages = [visitor.post("/desk/login", data={"login": login, "password": "x"}) for login in ("agent", "nobody")]
    assert [page.status_code for page in pages] == [401, 401]
    assert all("登录名、密码或动态码不对" in page.text for page in pages)
    for _ in range(5):
        last = visitor.post("/desk/login", data={"login": "nobody", "password": "x"})
    assert last.status_code == 429 and "15 分钟" in last.text


def test_logging_out_shuts_the_door(desk: Desk) -> None:
    agent = desk.as_("agent")
    token = agent.client.cookies.get("lamplighter_staff")
    assert agent.post("/desk/logout").headers["hx-redirect"] == "/desk/login"
    stale = desk.visitor()
    stale.cookies.set("lamplighter_staff", token or "", path="/desk")
    assert stale.get("/desk/").status_code == 303


def test_an_administrator_adds_a_person_and_hands_over_the_link(desk: Desk) -> None:
    root = desk.as_("administrator")
    page = root.post("/desk/people", login="wang.fang", name="王芳", role="agent")
    link = re.search(r"http://desk\.test(/desk/welcome/[\w-]+)", page.text)
    assert link and "王芳" in page.text
    assert desk.visitor().get(link[1]).status_code == 200
    assert root.post("/desk/people", login="wang.fang", role="agent").status_code == 409


def test_behind_a_proxy_links_and_cookies_are_those_of_the_public_address(db, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    desk = make_desk(db, clock, public_url="https://desk.example/")
    page = desk.as_("administrator").post("/desk/people/agent/link")
    assert "https://desk.example/desk/welcome/" in page.text
    desk.as_("agent")
    response = desk.visitor().post("/desk/login", data={"login": "agent", "password": PASSWORD})
    assert "secure" in response.headers["set-cookie"].lower()


def test_who_is_disabled_is_out_in_the_middle_of_work(desk: Desk) -> None:
    agent, root = desk.as_("agent"), desk.as_("administrator")
    assert root.post("/desk/people/agent/disable").status_code == 204
    assert agent.get("/desk/").status_code == 303
    assert root.post("/desk/people/administrator/disable").status_code == 409
    actors = {
        (e.action, e.subject) for e in desk.house.staff.audit.trail(desk.house.staff.people.one("administrator").id)
    }
    assert ("person_disabled", "agent") in actors


def test_codes_are_switched_on_with_a_code(desk: Desk, clock: FixedClock) -> None:
    from base64 import b32decode

    from bot.staff import totp

    agent = desk.as_("agent")
    shown = re.search(r'<code id="secret">(\w+)</code>', agent.post("/desk/me/totp").text)
    assert shown
    secret = b32decode(shown[1])
    assert agent.post("/desk/me/totp/confirm", code="000000").status_code == 422
    code = totp.code_at(secret, int(clock.now().timestamp()) // 30)
    assert agent.post("/desk/me/totp/confirm", code=code).status_code == 204
    form = {"login": "agent", "password": PASSWORD}
    assert desk.visitor().post("/desk/login", data=form).status_code == 401
    clock.advance(seconds=30)
    form["code"] = totp.code_at(secret, int(clock.now().timestamp()) // 30)
    assert desk.visitor().post("/desk/login", data=form).status_code == 303


def test_the_list_of_people_holds_no_secret(desk: Desk) -> None:
    desk.as_("agent")
    page = desk.as_("administrator").get("/desk/people").text
    assert ("argon2" not in page and "离线" in page) or "在线" in page
