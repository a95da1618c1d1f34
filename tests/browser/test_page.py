"""The customer's page against the fake gateway: talking, choosing, cards."""

import re

from playwright.sync_api import Page, expect

from tests.browser.customer import bubbles, say
from tests.browser.fake_gateway import STATIC, FakeGateway


def texts_sent(gateway: FakeGateway) -> list[str]:
    return [post["text"] for post in gateway.posts if "text" in post]


# What is there from the start


def test_the_page_says_at_once_that_a_machine_answers_and_how_to_reach_a_person(page: Page) -> None:
    expect(page.get_by_role("banner")).to_contain_text("机器人")
    expect(page.locator("#human")).to_be_visible()
    expect(page.get_by_role("link", name="打 95598")).to_have_attribute("href", "tel:95598")
    expect(page.get_by_text("别发密码和银行卡号")).to_be_visible()


def test_the_page_is_small() -> None:
    assert sum((STATIC / name).stat().st_size for name in ("index.html", "chat.js", "chat.css")) < 30_000


def test_quick_questions_are_offered_while_there_is_nothing_else_to_choose(page: Page, gateway: FakeGateway) -> None:
    expect(page.locator("#quick")).to_be_hidden()
    gateway.conversations.clear()
    gateway.read_faults.extend([503] * 50)
    page.reload()
    expect(page.locator("#quick")).to_be_visible()
    gateway.read_faults.clear()
    page.locator("#quick").get_by_role("button", name="查电费").click()
    expect(bubbles(page, "customer")).to_have_text("查电费")
    expect(page.locator("#quick")).to_be_hidden()


# Talking


def test_a_message_is_answered_and_marked_as_sent(page: Page, gateway: FakeGateway) -> None:
    say(page, "你好")
    expect(bubbles(page, "customer")).to_have_text("你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    expect(page.locator("#log .customer .sent")).to_have_text("已发送")
    assert texts_sent(gateway) == ["你好"]


def test_enter_sends_and_shift_enter_begins_a_new_line(page: Page, gateway: FakeGateway) -> None:
    page.locator("#draft").press_sequentially("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_have_text("第一行\n第二行")
    expect(page.locator("#draft")).to_have_value("")
    expect(page.locator("#draft")).to_be_focused()


def test_enter_that_accepts_a_composed_word_sends_nothing(page: Page, gateway: FakeGateway) -> None:
    composer = page.context.new_cdp_session(page)
    page.locator("#draft").focus()
    composer.send("Input.imeSetComposition", {"text": "tingdian", "selectionStart": 8, "selectionEnd": 8})
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_have_value(re.compile("tingdian"))
    composer.send("Input.insertText", {"text": "停电了"})
    expect(page.locator("#draft")).to_have_value(re.compile("停电了"))
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_contain_text("停电了")
    assert len(gateway.posts) == 1


def test_enter_that_safari_reports_after_the_composition_sends_nothing(page: Page, gateway: FakeGateway) -> None:
    page.locator("#draft").fill("停电")
    page.locator("#draft").evaluate(
        """box => {
            box.dispatchEvent(new CompositionEvent("compositionstart"));
            box.dispatchEvent(new CompositionEvent("compositionend", { data: "停电" }));
            box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true }));
        }"""
    )
    expect(page.locator("#draft")).to_have_value("停电")
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_have_text("停电")
    assert texts_sent(gateway) == ["停电"]


def test_a_draft_survives_a_reload(page: Page) -> None:
    page.locator("#draft").fill("我想问")
    page.reload()
    expect(page.locator("#draft")).to_have_value("我想问")


def test_too_long_a_message_is_counted_and_kept(page: Page, gateway: FakeGateway) -> None:
    page.locator("#draft").fill("字" * 2003)
    expect(page.locator("#count")).to_have_text("多了 3 个字，请分几次发")
    page.locator("#draft").press("Enter")
    page.locator("#draft").fill("字" * 1990)
    expect(page.locator("#count")).to_have_text("还能写 10 个字")
    assert gateway.posts == []


def test_what_looks_like_markup_is_shown_as_text(page: Page, gateway: FakeGateway) -> None:
    attack = '<img src=x onerror="document.title=1"><b>粗</b>'
    say(page, attack)
    expect(bubbles(page, "customer")).to_have_text(attack)
    expect(bubbles(page).last).to_have_text(f"收到:{attack}")
    gateway.say(attack, kind="policy", id="../x", body=attack, unverified=True)
    expect(bubbles(page).last).to_contain_text("onerror")
    assert page.locator("#log img, #log .bubble b").count() == 0
    assert page.title() == "掌灯 · 用电智能客服"


# Options


def test_an_option_is_chosen_by_clicking_and_cannot_be_chosen_later(page: Page, gateway: FakeGateway) -> None:
    greeting = page.locator("#log .options").first
    greeting.get_by_role("button", name="查电费").click()
    expect(bubbles(page, "customer")).to_have_text("查电费")
    expect(bubbles(page).last).to_contain_text("10 月电费")
    expect(greeting.get_by_role("button", name="问政策")).to_have_attribute("aria-disabled", "true")
    greeting.get_by_role("button", name="问政策").click(force=True)
    say(page, "你好")
    expect(bubbles(page).last).to_have_text("收到:你好")
    assert [set(post) - {"client_id"} for post in gateway.posts] == [{"option"}, {"text"}]


def test_options_are_walked_with_arrow_keys_and_chosen_with_enter(page: Page) -> None:
    page.get_by_role("button", name="停电报修").first.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#log .options button").last).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(bubbles(page, "customer")).to_have_text("查电费")


def test_an_expired_option_says_so_in_the_servers_words(page: Page, gateway: FakeGateway) -> None:
    gateway.newest.issued.clear()
    page.locator("#log .options").get_by_role("button", name="问政策").click()
    expect(page.locator("#unsent")).to_contain_text("这个选项已经过期")
    page.get_by_role("button", name="改一改").click()
    expect(page.locator("#draft")).to_have_value("问政策")
    expect(page.locator("#unsent")).to_be_empty()


# Who answers


def test_the_typing_sign_shows_while_an_answer_is_owed(page: Page, gateway: FakeGateway) -> None:
    gateway.hold_answers = True
    say(page, "你好")
    expect(page.locator("#typing")).to_contain_text("正在查")
    gateway.newest.delayed = True
    expect(page.locator("#typing")).to_contain_text("还在处理")
    gateway.release()
    expect(bubbles(page).last).to_have_text("收到:你好")
    expect(page.locator("#typing")).to_be_hidden()


def test_the_queue_and_the_agent_are_named_in_words(page: Page, gateway: FakeGateway) -> None:
    page.locator("#human").click()
    expect(page.locator("#owner")).to_contain_text("排队")
    expect(page.locator(".place")).to_have_text("第 2 位")
    gateway.newest.state = "agent"
    gateway.say("我是客服小李", "agent")
    expect(page.locator("#owner")).to_have_text("真人正在为您服务")
    expect(page.locator("#log .message.agent .who")).to_contain_text("工作人员")


# Cards


def test_danger_comes_first_large_and_is_read_out_at_once(page: Page) -> None:
    say(page, "电线掉地上了冒火")
    alert = page.get_by_role("alert")
    expect(alert.locator(".shout")).to_have_text("别靠近别碰!")
    expect(alert.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    page.reload()
    expect(page.locator(".shout")).to_be_visible()
    expect(alert).to_have_count(0)


def test_a_policy_shows_its_short_answer_mark_source_and_link(page: Page) -> None:
    say(page, "阶梯电价怎么算")
    answer = bubbles(page).last
    expect(answer.locator(".mark")).to_have_text("待供电公司确认")
    expect(answer.locator(".source")).to_contain_text("依据:河南省发展改革委")
    expect(answer.get_by_text("阶梯按一年累计")).to_be_hidden()
    answer.get_by_text("详细说明").click()
    expect(answer.get_by_text("阶梯按一年累计")).to_be_visible()
    link = answer.get_by_role("link", name="看这条政策全文")
    expect(link).to_have_attribute("href", "/policies/tiered-price")
    assert page.content().count("每月 180 度以内每度") == 1


def test_the_lines_of_a_bill_are_a_table_and_stand_there_once(page: Page) -> None:
    say(page, "查电费")
    rows = bubbles(page).last.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("第二档")
    expect(rows.last).to_contain_text("194.32 元")
    assert page.content().count("194.32") == 1


def test_a_ticket_number_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, "电线掉地上了冒火")
    page.get_by_role("button", name="复制编号 JX20261124001").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "JX20261124001"


def test_a_card_of_unknown_kind_shows_its_text(page: Page, gateway: FakeGateway) -> None:
    gateway.say("新的一种回答", kind="constructor", lines=[{"nested": []}])
    expect(bubbles(page).last).to_have_text("新的一种回答")
