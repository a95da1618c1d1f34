"""Begun on the web, gone on with in WeChat: what was open goes on, the account is bound, agents see one transcript."""

import re
import subprocess

import httpx

from bot.settings import ROOT
from tests.journeys.test_journeys import kinds, text_of, verify
from tests.stack import Customer, Stack, wait_until

LOGIN, PASSWORD = "wang.fang", "a long enough passphrase 8"
ACCOUNT, PHONE = "4100000066", "13800000066"


def by_wechat(customer: Customer, text: str) -> list:
    """Writes on the demo phone's WeChat; the answers as the one conversation shows them on the web."""
    form = {"number": PHONE, "text": text}
    assert (
        customer.http.post("/demo/phone/wechat", data=form, headers={"Accept": "application/json"}).status_code == 202
    )
    heard: list = []

    def answered() -> bool:
        view = customer.view()
        heard.extend(m for m in view["messages"] if m["author"] != "customer")
        customer.after = view["messages"][-1]["id"] if view["messages"] else customer.after
        return bool(heard) and not view["busy"]

    wait_until(answered, 60, customer.stack.logs)
    return heard


def test_a_customer_goes_on_in_wechat_where_they_were_on_the_web(stack: Stack) -> None:
    customer = stack.customer()
    customer.say("绑定户号")
    shown = text_of(verify(customer, ACCOUNT, PHONE))
    code = re.search(r"接着办 (\d{8})", shown)
    assert code, shown
    asked = customer.say("我要报修,表箱门坏了")
    assert kinds(asked) == ["service_ask"]

    joined = by_wechat(customer, f"接着办 {code[1]}")
    assert kinds(joined) == ["joined"] and ACCOUNT in text_of(joined)
    said = by_wechat(customer, "石固镇后河村12号")
    for _ in range(3):
        if "ticket" in kinds(said):
            break
        assert kinds(said) == ["service_ask"], said
        said = by_wechat(customer, "门关不上了,电话13911112222")
    assert re.search(r"LZ\d{10}", text_of(said))
    assert "balance" in kinds(by_wechat(customer, "还欠多少钱"))

    by_wechat(customer, "转人工")
    assert customer.view()["state"] == "queued"
    page = transcript(stack, customer.conversation_id)
    for words, channel in (("我要报修,表箱门坏了", "网页"), ("石固镇后河村12号", "微信")):
        head = page[: page.index(f'<p class="bubble">{words}')]
        assert head.rsplit('<span class="via">', 1)[1].startswith(channel)
    assert '<p class="bubble">[接着网页上的对话]' in page  # the code itself is not kept among the customer's words


def transcript(stack: Stack, conversation_id: str) -> str:
    """What an agent reads, who has just been added and sets a password by the printed link."""
    added = subprocess.run(
        [ROOT / ".venv" / "bin" / "lamplighter", "staff", "add", LOGIN, "--role", "agent", "--name", "王芳"],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    link = re.search(r"http\S+/desk/welcome/\S+", added.stdout)
    assert link, added.stdout + added.stderr
    agent = httpx.Client(base_url=stack.url, trust_env=False, timeout=30, follow_redirects=True)
    path = link[0][link[0].index("/desk/") :]
    assert agent.post(path, data={"login": LOGIN, "password": PASSWORD, "again": PASSWORD}).status_code == 200
    agent.post("/desk/login", data={"login": LOGIN, "password": PASSWORD})
    return agent.get(f"/desk/c/{conversation_id}").text
