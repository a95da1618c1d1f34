"""Customer and agent in two real browsers, against the service as an operator starts it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, opened
from tests.browser.customer import bubbles, say
from tests.stack import Stack

PATIENCE = 30_000
PASSWORD = "a lamp for the night 7"
MEASURES = (Path(__file__).parent / "measures.js").read_text()
LAPTOP = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Stack:
    try:
        stack: Stack = request.getfixturevalue("stack")
    except (AssertionError, OSError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the service did not start: {str(error)[:200]}")
    return stack


@pytest.fixture(scope="module")
def people(service: Stack) -> set[str]:
    """Who has set a password by now."""
    return set()


@pytest.fixture
def enter(new_context: NewContext, service: Stack, people: set[str]):  # type: ignore[no-untyped-def]
    """Logs a person of the demo in, through the link the start has printed where they have no password yet."""

    def make(login: str) -> Page:
        page = new_context(viewport=LAPTOP).new_page()
        page.set_default_timeout(PATIENCE)
        if login not in people:
            page.goto(service.welcome(login))
            page.get_by_label("密码(至少 10 个字符)").fill(PASSWORD)
            page.get_by_label("再输一次").fill(PASSWORD)
            page.get_by_role("button", name="设置密码").click()
            people.add(login)
        else:
            page.goto(f"{service.url}/desk/")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        page.wait_for_load_state("load")  # its keys work from then on
        return page

    return make


@pytest.fixture
def customer(new_context: NewContext, service: Stack) -> Page:
    page = opened(new_context().new_page(), service.url)
    page.set_default_timeout(PATIENCE)
    return page


def asks_for_a_person(page: Page) -> None:
    page.locator("#human").click()
    expect(page.locator("#owner")).to_have_class("queued", timeout=PATIENCE)


def claim_newest(page: Page) -> None:
    """Claims the conversation that came into the queue last; the list may still show those before it alone."""
    page.reload()
    page.locator("#list form.claim button").last.click()
    expect(page.locator("#reply")).to_be_visible(timeout=PATIENCE)


def reply(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#thread .agent .bubble").last).to_have_text(text, timeout=PATIENCE)
    expect(page.locator("#text")).to_have_value("")


def test_a_person_comes_both_write_and_the_bot_answers_again(customer: Page, enter) -> None:  # type: ignore[no-untyped-def]
    agent = enter("zhao.min")
    asks_for_a_person(customer)
    expect(agent.locator("#list form.claim")).not_to_have_count(0, timeout=PATIENCE)
    claim_newest(agent)
    expect(bubbles(customer, "system").last).to_contain_text("赵敏 来了", timeout=PATIENCE)
    expect(customer.locator("#owner")).to_have_class("agent")

    say(customer, "我家的电费好像多算了")
    expect(agent.locator("#thread .customer .bubble").last).to_have_text("我家的电费好像多算了", timeout=PATIENCE)
    reply(agent, "您好,我帮您看看")
    expect(bubbles(customer, "agent").last).to_have_text("您好,我帮您看看", timeout=PATIENCE)
    expect(customer.locator("#log .message.agent .who").last).to_contain_text("赵敏")
    robots = bubbles(customer).count()
    say(customer, "谢谢")
    expect(agent.locator("#thread .customer .bubble").last).to_have_text("谢谢", timeout=PATIENCE)
    reply(agent, "不客气")
    assert bubbles(customer).count() == robots, "the bot has been silent"

    agent.get_by_role("button", name="交还机器人").click()
    expect(bubbles(customer, "system").last).to_contain_text("机器人", timeout=PATIENCE)
    expect(customer.locator("#owner")).to_have_class("bot")
    say(customer, "谢谢")
    expect(bubbles(customer)).to_have_count(robots + 1, timeout=PATIENCE)


def test_the_customer_is_told_of_the_end_and_may_go_on(customer: Page, enter) -> None:  # type: ignore[no-untyped-def]
    agent = enter("zhao.min")
    asks_for_a_person(customer)
    claim_newest(agent)
    agent.get_by_role("button", name="结束", exact=True).click()
    expect(bubbles(customer, "system").last).to_contain_text("这次服务结束了", timeout=PATIENCE)
    expect(customer.locator("#owner")).to_have_class("closed")
    say(customer, "谢谢")
    expect(customer.locator("#owner")).to_have_class("bot", timeout=PATIENCE)


def test_of_two_agents_one_gets_the_conversation_and_the_other_is_told(customer: Page, enter) -> None:  # type: ignore[no-untyped-def]
    first, second = enter("zhao.min"), enter("sun.lei")
    asks_for_a_person(customer)
    for page in (first, second):
        expect(page.locator("#list form.claim").last).to_be_visible(timeout=PATIENCE)
    second.route("**/desk/list*", lambda route: route.fulfill(status=204))  # its list is a moment behind
    claim_newest(first)
    second.locator("#list form.claim button").last.click()
    expect(second.locator("#notice")).to_have_text("这个会话已被别人接走", timeout=PATIENCE)
    second.unroute("**/desk/list*")
    second.reload()
    expect(second.locator("#list")).to_contain_text("赵敏 在处理", timeout=PATIENCE)
    first.get_by_role("button", name="结束", exact=True).click()
    expect(first).to_have_url(re.compile(r"/desk/$"))


def test_danger_rings_at_every_desk_until_somebody_has_looked(customer: Page, enter) -> None:  # type: ignore[no-untyped-def]
    agent, supervisor = enter("zhao.min"), enter("qian.feng")
    asks_for_a_person(customer)
    claim_newest(agent)
    agent.locator("#thread").click()
    expect(agent.locator("#sound")).to_have_text("声音：开", timeout=PATIENCE)
    say(customer, "电线掉地上了还在冒火花")
    expect(customer.locator('[data-kind="hazard"]')).to_be_visible(timeout=PATIENCE)
    for page in (agent, supervisor):
        expect(page.locator(".alarm")).to_contain_text("断线", timeout=PATIENCE)
        expect(page).to_have_title("危险报警 1 · 坐席工作台 · 掌灯")
    expect(agent.locator("#reply")).to_be_visible()
    supervisor.get_by_role("button", name="我已看到").click()
    expect(agent.locator(".alarm")).to_have_count(0, timeout=PATIENCE)
    expect(agent.locator("#side")).to_contain_text("LZ", timeout=PATIENCE)
    agent.get_by_role("button", name="结束", exact=True).click()
    expect(agent).to_have_url(re.compile(r"/desk/$"))


def test_the_queue_is_worked_by_keys_alone(new_context: NewContext, service: Stack, enter) -> None:  # type: ignore[no-untyped-def]
    for _ in range(2):
        asks_for_a_person(opened(new_context().new_page(), service.url))
    agent = enter("he.jing")
    expect(agent.locator("#list a.row")).to_have_count(2, timeout=PATIENCE)
    first, second = (agent.locator("#list a.row").nth(n) for n in range(2))
    agent.keyboard.press("j")
    expect(first).to_be_focused()
    agent.keyboard.press("j")
    expect(second).to_be_focused()
    agent.keyboard.press("k")
    expect(first).to_be_focused()
    agent.keyboard.press("Enter")
    expect(agent.locator("#holding")).to_contain_text("在排队")
    agent.keyboard.press("c")
    expect(agent.locator("#reply")).to_be_visible()
    agent.keyboard.press("r")
    agent.keyboard.type("jkc 您好")
    expect(agent.locator("#text")).to_have_value("jkc 您好")
    agent.reload()
    expect(agent.locator("#text")).to_have_value("jkc 您好")
    agent.keyboard.press("r")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#thread .agent .bubble").last).to_have_text("jkc 您好")


def test_the_verified_account_is_beside_the_thread(customer: Page, enter, service: Stack) -> None:  # type: ignore[no-untyped-def]
    agent = enter("zhao.min")
    say(customer, "查一下这个月电费")
    expect(bubbles(customer).last).to_contain_text("户号", timeout=PATIENCE)
    say(customer, "4100000025")
    expect(bubbles(customer).last).to_contain_text("验证码", timeout=PATIENCE)
    say(customer, service.customer().code_for("13800000025"))
    expect(customer.locator('[data-kind="bill"]').last).to_be_visible(timeout=PATIENCE)
    asks_for_a_person(customer)
    agent.reload()
    claim_newest(agent)
    expect(agent.locator("#side")).to_contain_text("4100000025", timeout=PATIENCE)
    agent.get_by_role("button", name="结束", exact=True).click()
    supervisor = enter("qian.feng")
    supervisor.goto(f"{service.url}/desk/audit?about=4100000025")
    expect(supervisor.locator("tbody")).to_contain_text("赵敏")


@pytest.mark.parametrize("width", [1366, 900, 420])
def test_everything_at_the_desk_can_be_read(customer: Page, enter, width: int) -> None:  # type: ignore[no-untyped-def]
    agent = enter("sun.lei")
    agent.set_viewport_size({"width": width, "height": 768})
    say(customer, "电线掉地上了还在冒火花")
    expect(customer.locator('[data-kind="hazard"]')).to_be_visible(timeout=PATIENCE)
    expect(agent.locator(".alarm")).to_be_visible(timeout=PATIENCE)
    agent.reload()
    agent.locator("#list form.claim button").first.click()
    expect(agent.locator("#reply")).to_be_visible()
    reply(agent, "您好,人离远些,师傅在路上")
    expect(agent.locator("#side .tickets")).to_be_visible(timeout=PATIENCE)
    assert agent.evaluate(MEASURES, {"least": 24}) == []
    agent.get_by_role("button", name="我已看到").first.click()
    expect(agent.locator(".alarm")).to_have_count(0, timeout=PATIENCE)
    agent.get_by_role("button", name="结束", exact=True).click()
    expect(agent).to_have_url(re.compile(r"/desk/$"))


def test_a_daughter_gets_her_fathers_account_after_his_death(customer: Page, enter, service: Stack) -> None:  # type: ignore[no-untyped-def]
    """His number is a stranger's by now: the desk registers hers on papers, by keys and forms, and she goes on."""
    agent = enter("zhao.min")
    asks_for_a_person(customer)
    claim_newest(agent)
    expect(agent.locator("#open-account")).to_have_text("凭证件打开户号(A)", timeout=PATIENCE)
    agent.locator("#thread").focus()
    agent.keyboard.press("a")
    agent.get_by_label("户号、原户号或电表号").fill("4100000157")
    agent.get_by_label("为什么打开").select_option(label="代办人到柜台")
    agent.get_by_role("button", name="打开").click()
    expect(agent.locator("main")).to_contain_text("号码可能已经是别人的")
    agent.get_by_text("改登记手机", exact=True).first.click()
    form = agent.locator("#change-phone")
    for label, value in {"新手机号": "13800009157", "再输一次": "13800009175", "机主姓名": "张小梅"}.items():
        form.get_by_label(label).fill(value)
    form.get_by_label("机主是户主的").select_option(label="家人")
    form.get_by_label("死亡证明").check()
    form.get_by_label("核对情况(必填").fill("死亡证明、户口簿原件,女儿本人")
    form.get_by_label("我已核对").check()
    asked: list[str] = []
    agent.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    form.get_by_role("button", name="改登记手机").click()
    expect(agent.locator("#notice")).to_have_text("两次输入的手机号不一样", timeout=PATIENCE)
    expect(agent.locator("#notice")).to_be_in_viewport()
    form.get_by_label("再输一次").fill("13800009157")
    form.get_by_role("button", name="改登记手机").click()
    expect(agent.get_by_role("status").last).to_have_text("登记手机已改好。", timeout=PATIENCE)
    expect(agent.locator("main")).to_contain_text("138****9157 张小梅(家人)")
    assert len(asked) == 2 and "4100000157" in asked[0]
    agent.get_by_role("link", name="← 回到会话").click()
    agent.get_by_role("button", name="交还机器人").click()
    expect(customer.locator("#owner")).to_have_class("bot", timeout=PATIENCE)
    say(customer, "查一下这个月电费")
    expect(bubbles(customer).last).to_contain_text("户号", timeout=PATIENCE)
    say(customer, "4100000157")
    expect(bubbles(customer).last).to_contain_text("验证码", timeout=PATIENCE)
    say(customer, service.customer().code_for("13800009157"))
    expect(customer.locator('[data-kind="bill"]').last).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("width", [1366, 390])
def test_everything_about_an_account_can_be_read(enter, service: Stack, width: int) -> None:  # type: ignore[no-untyped-def]
    agent = enter("he.jing")
    agent.set_viewport_size({"width": width, "height": 768})
    agent.goto(f"{service.url}/desk/accounts/4100000165?why=check")
    for unfolded in agent.locator("details summary").all():
        unfolded.click()
    expect(agent.get_by_text("登记授权", exact=True)).to_be_visible()
    assert agent.evaluate(MEASURES, {"least": 24}) == []
    second = agent.context.new_page()
    second.goto(agent.url)
    for page in (agent, second):
        page.on("dialog", lambda dialog: dialog.accept())
    if width == 1366:
        agent.get_by_role("button", name="取消授权").click()
        expect(agent.get_by_role("status").last).to_have_text("授权已取消,马上生效。", timeout=PATIENCE)
        second.get_by_role("button", name="取消授权").click()
        expect(second.locator("#notice")).to_contain_text("这一户又有变动", timeout=PATIENCE)
