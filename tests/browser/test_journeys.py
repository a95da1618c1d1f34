"""Whole journeys of customers through the page, against the service as an operator starts it."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewContext, opened
from tests.browser.customer import bubbles, say

PATIENCE = 30_000
ACCOUNT, PHONE = "4100000017", "13800000017"
DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")


@pytest.fixture(scope="module")
def service_url(request: pytest.FixtureRequest) -> str:
    """The running service; where it cannot be started these journeys are skipped, except on the build server."""
    try:
        return str(request.getfixturevalue("stack_url"))
    except (AssertionError, OSError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the service did not start: {str(error)[:200]}")


@pytest.fixture
def journey(new_context: NewContext, service_url: str) -> Page:
    """The chat page of a new customer of the running service."""
    page = opened(new_context().new_page(), service_url)
    page.set_default_timeout(PATIENCE)
    return page


def ask(page: Page, text: str) -> None:
    """Says something and waits until it stands in the conversation and nothing more is owed for it."""
    asked = bubbles(page, "customer").count()
    answers = page.locator("#log .message:not(.customer)").count()
    say(page, text)
    expect(bubbles(page, "customer")).to_have_count(asked + 1, timeout=PATIENCE)
    expect(page.locator("#log .message:not(.customer)").nth(answers)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#typing")).to_be_hidden(timeout=PATIENCE)


def choose_first(page: Page) -> None:
    """Takes the first option offered, as many customers do."""
    asked = bubbles(page, "customer").count()
    answers = page.locator("#log .message:not(.customer)").count()
    page.locator("#log .options:not(.past) button").first.click()
    expect(bubbles(page, "customer")).to_have_count(asked + 1, timeout=PATIENCE)
    expect(page.locator("#log .message:not(.customer)").nth(answers)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#typing")).to_be_hidden(timeout=PATIENCE)


def newest_code(page: Page, unlike: str = "") -> str:
    """The one-time code on the demo phone, once it has come."""
    for _ in range(PATIENCE // 200):
        code = last_code(page)
        if code and code != unlike:
            return code
        page.wait_for_timeout(200)
    raise AssertionError("no code came")


def last_code(page: Page) -> str:
    inbox: list[dict[str, Any]] = page.request.get(f"{origin(page)}/demo/api/sms?to={PHONE}").json()
    found = DIGITS.search(inbox[0]["text"]) if inbox else None
    return found[0] if found else ""


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def until(page: Page, done: Callable[[], bool], step: Callable[[], None], most: int) -> None:
    """Takes steps until it is done; a conversation that needs more than `most` of them is a fault."""
    for _ in range(most):
        if done():
            return
        step()
    assert done(), page.locator("#log").inner_text()


def test_a_policy_is_explained_with_its_source(journey: Page) -> None:
    ask(journey, "阶梯电价怎么算")
    answer = journey.locator('#log .message[data-kind="policy"]').last
    expect(answer).to_be_visible(timeout=PATIENCE)
    expect(answer).to_contain_text("依据")
    answer.get_by_role("link", name="看这条政策全文").click()
    expect(journey.get_by_role("heading", level=1)).to_be_visible()
    journey.get_by_role("link", name="回到对话").click()
    expect(bubbles(journey, "customer")).to_have_text("阶梯电价怎么算")


def test_a_bill_is_shown_only_after_the_code_from_the_registered_phone(journey: Page) -> None:
    before = last_code(journey)
    ask(journey, "查电费")
    assert journey.locator('#log .message[data-kind="bill"]').count() == 0
    ask(journey, ACCOUNT)
    assert journey.locator('#log .message[data-kind="bill"]').count() == 0
    ask(journey, newest_code(journey, unlike=before))
    bill = journey.locator('#log .message[data-kind="bill"]').last
    expect(bill).to_be_visible(timeout=PATIENCE)
    expect(bill).to_contain_text("元")


def test_no_power_ends_in_a_ticket_whose_number_can_be_copied(journey: Page) -> None:
    copy = journey.get_by_role("button", name="复制编号")
    options = journey.locator("#log .options:not(.past) button")
    ask(journey, "我家没电了")

    def answer() -> None:
        if options.count():
            choose_first(journey)
        else:
            ask(journey, "长葛市老街 12 号,电话 13800009911")

    until(journey, lambda: copy.count() > 0, answer, most=12)
    journey.context.grant_permissions(["clipboard-read", "clipboard-write"])
    number = copy.last.inner_text().removeprefix("复制编号").strip()
    copy.last.click()
    expect(journey.get_by_role("button", name="已复制")).to_be_visible()
    assert journey.evaluate("navigator.clipboard.readText()") == number


def test_danger_is_answered_first_in_red(journey: Page) -> None:
    ask(journey, "电线掉地上了冒火")
    first = journey.locator("#log .message.customer ~ .message").first
    expect(first).to_have_attribute("data-kind", "hazard", timeout=PATIENCE)
    expect(first.locator(".shout")).to_be_visible()
    expect(first).to_contain_text("119")


def test_a_person_is_queued_for_and_the_place_is_said(journey: Page) -> None:
    journey.locator("#human").click()
    expect(journey.locator("#owner")).to_contain_text("排队", timeout=PATIENCE)
    expect(journey.locator('#log .message[data-kind="queued"]')).to_be_visible()


def test_a_reload_keeps_the_history(journey: Page) -> None:
    ask(journey, "你好")
    before = journey.locator("#log .bubble").all_inner_texts()
    journey.reload()
    expect(journey.locator("#log .bubble")).to_have_text(before, timeout=PATIENCE)


def test_a_message_that_failed_on_the_way_is_sent_once_by_trying_again(journey: Page) -> None:
    def lost_on_the_way_back(route: Route) -> None:
        route.fetch()
        route.abort()

    journey.route("**/chat/api/messages", lost_on_the_way_back, times=1)
    say(journey, "谢谢")
    expect(bubbles(journey, "customer")).to_have_text("谢谢", timeout=PATIENCE)
    again = journey.get_by_role("button", name="重试")
    if again.count():
        again.click()
    expect(journey.locator("#unsent")).to_be_empty(timeout=PATIENCE)
    expect(bubbles(journey, "customer")).to_have_count(1)


def test_a_message_that_never_left_is_sent_by_trying_again(journey: Page) -> None:
    journey.route("**/chat/api/messages", lambda route: route.abort(), times=1)
    say(journey, "谢谢")
    journey.get_by_role("button", name="重试").click()
    expect(bubbles(journey, "customer")).to_have_text("谢谢", timeout=PATIENCE)
    expect(journey.locator("#unsent")).to_be_empty()
