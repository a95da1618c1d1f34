"""A whole run leaves no word, phone, address or code of a customer in any log."""

import time

from tests.stack import Stack

SAID = [
    "俺是柿园子东头老魏家,没电了",
    "门口电线断了掉在地上冒火花",
    "柿园子东头第三户",
    "我要投诉你们那个收费的态度恶劣",
    "13912345678",
    "/restart 柿园子",
    "💡柿园子" * 200,
]
WORDS = ("柿园子", "老魏", "冒火花", "态度恶劣", "13912345678", "13800000017", "4100000017")


def test_no_log_of_a_run_holds_what_a_customer_said(stack: Stack) -> None:
    customer = stack.customer()
    for text in SAID:
        customer.say(text)
    customer = stack.customer()
    for text in ("查电费", "4100000017"):
        customer.say(text)
    code = customer.code_for("13800000017")
    customer.say(code)
    stack.kill("actions")
    customer.say("柿园子今天停电吗")
    customer.http.post("/chat/api/messages", content=b'{"text": "\xff', headers={"content-type": "application/json"})
    time.sleep(1)
    files = [stack.var / "supervisor.log", *(stack.var / "log").glob("*.log")]
    logs = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    assert len(files) == 4
    assert [word for word in (*WORDS, code) if word in logs] == []
