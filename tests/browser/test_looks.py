"""Reading the page: focus, scrolling, size, contrast, targets, in light and dark, on a phone and at a desk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, opened
from tests.browser.customer import bubbles, say, settled
from tests.browser.fake_gateway import STATIC, FakeGateway

LONG_ANSWER = "一句话。\n" * 60


# Reading


def test_arriving_messages_never_take_the_focus(page: Page, gateway: FakeGateway) -> None:
    page.locator("#large").focus()
    gateway.say("来了一条", options=("好", "不好"))
    expect(bubbles(page).last).to_have_text("来了一条")
    expect(page.locator("#large")).to_be_focused()


def test_who_reads_further_up_is_told_of_new_messages_and_not_moved(page: Page, gateway: FakeGateway) -> None:
    gateway.say(LONG_ANSWER)
    expect(bubbles(page)).to_have_count(2)
    page.locator("#view").evaluate("view => view.scrollTo(0, 0)")
    gateway.say("新的一条")
    jump = page.get_by_role("button", name="有新消息")
    expect(jump).to_be_visible()
    assert page.locator("#view").evaluate("view => view.scrollTop") == 0
    jump.click()
    expect(bubbles(page).last).to_be_in_viewport()
    expect(jump).to_be_hidden()


def test_a_long_answer_is_shown_from_its_beginning(page: Page, gateway: FakeGateway) -> None:
    say(page, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    gateway.say(LONG_ANSWER)
    expect(bubbles(page)).to_have_count(3)
    expect(page.locator("#log .message.bot .who").nth(1)).to_be_in_viewport()


def test_who_is_at_the_end_stays_at_the_end(page: Page, gateway: FakeGateway) -> None:
    for minute in range(30):
        gateway.say(f"第 {minute} 条", "agent", at=f"2026-11-24T09:{minute:02}:00+08:00")
        expect(bubbles(page, "agent").last).to_be_in_viewport()
    expect(bubbles(page, "agent")).to_have_count(30)


def test_large_type_is_remembered(page: Page) -> None:
    size = "() => getComputedStyle(document.body).fontSize"
    assert page.evaluate(size) == "18px"
    page.locator("#large").click()
    page.reload()
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(size) == "24px"


def test_no_file_holds_inline_script_or_style() -> None:
    html = (STATIC / "index.html").read_text()
    script = (STATIC / "chat.js").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", html)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script)


# Measured

MEASURES = (Path(__file__).parent / "measures.js").read_text()
WINDOWS = {
    "desk": (1280, 800),
    "phone": (360, 740),
    "smallest phone": (320, 568),
    "desk at 200 %": (640, 400),
    "desk at 400 %": (320, 256),
}


def talk_of_everything(page: Page, gateway: FakeGateway) -> None:
    for text in ("阶梯电价怎么算", "查电费", "电线掉地上了冒火", "转人工"):
        say(page, text)
    expect(page.locator(".place")).to_be_visible()
    gateway.say("我是客服小李", "agent")
    gateway.say("本次通话将被记录", "system")
    expect(bubbles(page, "system")).to_be_visible()
    gateway.send_faults.append(500)
    say(page, "没发出去的一句")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    gateway.newest.busy = True
    expect(page.locator("#typing")).to_be_visible()
    page.get_by_text("详细说明").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True], ids=["base", "large"])
@pytest.mark.parametrize("window", WINDOWS)
def test_everything_can_be_read_and_touched(
    new_context: NewContext, gateway: FakeGateway, window: str, large: bool, scheme: str
) -> None:
    width, height = WINDOWS[window]
    context = new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    page = opened(context.new_page(), gateway.url)
    if large:
        page.locator("#large").click()
    talk_of_everything(page, gateway)
    settled(page)
    assert page.evaluate(MEASURES, {}) == []


@pytest.mark.parametrize("window", ["phone", "smallest phone", "desk at 200 %"])
def test_the_ways_to_a_person_are_always_in_sight(new_context: NewContext, gateway: FakeGateway, window: str) -> None:
    width, height = WINDOWS[window]
    page = opened(new_context(viewport={"width": width, "height": height}).new_page(), gateway.url)
    talk_of_everything(page, gateway)
    for locator in (page.locator("#human"), page.get_by_role("link", name="打 95598"), page.locator(".privacy")):
        expect(locator).to_be_in_viewport(ratio=1)


def test_nothing_moves_for_those_who_ask_for_stillness(new_context: NewContext, gateway: FakeGateway) -> None:
    page = opened(new_context(reduced_motion="reduce").new_page(), gateway.url)
    gateway.newest.busy = True
    expect(page.locator("#typing")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_screen_reader_meets_each_message_with_its_sender(page: Page, gateway: FakeGateway) -> None:
    say(page, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    heard = page.get_by_role("log", name="对话记录").aria_snapshot()
    said = r"您\s+- time: .*\s+- text: 已发送\s+- text: 你好[\s\S]*掌灯[\s\S]*paragraph: 收到:你好"
    assert re.search(said, heard), heard


def test_the_page_is_walked_by_tab_alone(page: Page) -> None:
    seen = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert seen == ["large", "view", "95598", "停电报修", "查电费", "问政策", "转人工", "draft", "send"]
