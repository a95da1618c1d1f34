"""The customer's page when things go wrong, and several looks at one conversation: nothing lost, nothing twice."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, opened
from tests.browser.customer import bubbles, say
from tests.browser.fake_gateway import FakeGateway

# Failing well


@pytest.mark.parametrize("status", [500, 503])
def test_a_failed_message_is_retried_under_the_same_id(page: Page, gateway: FakeGateway, status: int) -> None:
    gateway.send_faults.append(status)
    say(page, "我家停电了")
    expect(page.locator("#unsent .failed")).to_contain_text("没发出去")
    page.get_by_role("button", name="重试").click()
    expect(bubbles(page, "customer")).to_have_text("我家停电了")
    expect(page.locator("#unsent")).to_be_empty()
    assert gateway.posts[0]["client_id"] == gateway.posts[1]["client_id"]


def test_a_message_whose_answer_was_lost_is_not_shown_twice(page: Page, gateway: FakeGateway) -> None:
    gateway.lose_answer = 1
    gateway.stream_mute = True
    say(page, "我家停电了")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#unsent .sent")).to_have_text("已发送")
    gateway.stream_mute = False
    expect(bubbles(page, "customer")).to_have_count(1)
    expect(page.locator("#unsent")).to_be_empty()


def test_a_message_the_server_stored_in_other_words_does_not_stay_behind(page: Page, gateway: FakeGateway) -> None:
    gateway.lose_answer = 1
    say(page, "铃\x07响了")
    expect(bubbles(page).last).to_have_text("收到:铃响了")
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#unsent")).to_be_empty()
    expect(bubbles(page, "customer")).to_have_count(1)


def test_a_failed_message_survives_a_reload(page: Page, gateway: FakeGateway) -> None:
    gateway.send_faults.append(500)
    say(page, "线路有问题")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="重试").click()
    expect(bubbles(page).last).to_have_text("收到:线路有问题")
    assert len({post["client_id"] for post in gateway.posts}) == 1


def test_too_many_messages_are_sent_again_when_the_server_allows(page: Page, gateway: FakeGateway) -> None:
    gateway.send_faults.append(429)
    say(page, "查电费")
    expect(page.locator("#unsent")).to_contain_text("您发得太快了")
    expect(bubbles(page, "customer")).to_have_text("查电费")
    assert len(gateway.posts) == 2


def test_a_dropped_stream_loses_nothing(page: Page, gateway: FakeGateway) -> None:
    gateway.drop_streams()
    gateway.say("断线时发的")
    expect(bubbles(page).last).to_have_text("断线时发的")
    gateway.say("重连后发的")
    expect(bubbles(page)).to_have_count(3)
    expect(page.locator("#banner")).to_be_empty()


def test_without_a_stream_the_page_asks_again_and_again(page: Page, gateway: FakeGateway) -> None:
    gateway.stream_refused = True
    gateway.drop_streams()
    say(page, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    gateway.say("过了一会儿")
    expect(bubbles(page).last).to_have_text("过了一会儿")


def test_a_stream_that_is_held_back_does_not_hold_back_the_answer(page: Page, gateway: FakeGateway) -> None:
    gateway.stream_mute = True
    say(page, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    gateway.stream_mute = False
    gateway.say("不再憋着")
    expect(bubbles(page).last).to_have_text("不再憋着")
    expect(bubbles(page)).to_have_count(3)


def test_a_broken_connection_is_announced_and_healed(page: Page, gateway: FakeGateway) -> None:
    gateway.stream_refused = True
    gateway.read_faults.extend([503] * 1000)
    gateway.drop_streams()
    expect(page.get_by_role("status").filter(has_text="连接断开，正在重连")).to_be_visible()
    gateway.say("断开时发的")
    gateway.read_faults.clear()
    expect(page.locator("#banner")).to_be_empty()
    expect(bubbles(page).last).to_have_text("断开时发的")


def test_a_lost_session_is_replaced_and_said_and_the_message_still_goes(page: Page, gateway: FakeGateway) -> None:
    say(page, "第一句")
    expect(bubbles(page).last).to_have_text("收到:第一句")
    gateway.lose_sessions()
    say(page, "第二句")
    expect(page.get_by_text("下面是新的对话")).to_be_visible()
    expect(bubbles(page).last).to_have_text("收到:第二句")
    expect(page.get_by_text("收到:第一句")).to_be_visible()
    assert [m["text"] for m in gateway.newest.messages][1:] == ["第二句", "收到:第二句"]


# Several looks at one conversation


def test_history_is_there_after_a_reload_in_order_and_once(page: Page, gateway: FakeGateway) -> None:
    for number in range(45):
        gateway.say(f"消息{number}")
    expect(bubbles(page).last).to_have_text("消息44")
    before = page.locator("#log .bubble").all_inner_texts()
    page.reload()
    expect(bubbles(page).last).to_have_text("消息44")
    assert page.locator("#log .bubble").all_inner_texts() == before


def test_two_tabs_stay_in_step(page: Page, gateway: FakeGateway) -> None:
    other = opened(page.context.new_page(), gateway.url)
    say(page, "查电费")
    expect(bubbles(other, "customer")).to_have_text("查电费")
    say(other, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    assert page.locator("#log .bubble").all_inner_texts() == other.locator("#log .bubble").all_inner_texts()


def test_two_tabs_opened_together_share_one_conversation(new_context: NewContext, gateway: FakeGateway) -> None:
    gateway.hold_sessions = True
    first = new_context().new_page()
    second = first.context.new_page()
    for each in (first, second):
        each.goto(f"{gateway.url}/chat/")
        expect(each.locator("#quick")).to_be_visible()
    gateway.hold_sessions = False
    for each in (first, second):
        expect(bubbles(each)).to_have_count(1)
    assert len(gateway.conversations) == 1
