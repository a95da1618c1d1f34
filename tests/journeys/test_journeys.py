"""Customers on the running service, from their first word to what they came for."""

import re

import pytest

from tests.stack import Customer, Stack, wait_until


@pytest.fixture
def customer(stack: Stack) -> Customer:
    return stack.customer()


def kinds(messages: list) -> list[str]:
    return [m["card"]["kind"] for m in messages if m["card"]]


def text_of(messages: list) -> str:
    return "\n".join(m["text"] for m in messages)


def verify(customer: Customer, number: str, phone: str) -> list:
    customer.say(number)
    return customer.say(customer.code_for(phone))


def test_a_policy_is_answered_with_its_source(customer: Customer) -> None:
    answer = customer.say("阶梯电价怎么算的")
    assert kinds(answer) == ["policy"]
    assert "依据" in text_of(answer)


def test_what_no_policy_answers_is_said(customer: Customer) -> None:
    answer = customer.say("你们供电局局长的工资一个月多少钱规定")
    assert set(kinds(answer)) <= {"policy_none", "clarify", "out_of_scope", "policy_choices", "offer_human"}


def test_a_bill_is_shown_after_proof_and_not_before(customer: Customer) -> None:
    asked = customer.say("查一下这个月电费")
    assert kinds(asked) == ["identifier_ask"]
    sent = customer.say("4100000017")
    assert "验证码已发到登记的手机" in text_of(sent)
    assert "13800000017" not in text_of(sent)
    shown = customer.say(customer.code_for("13800000017"))
    assert kinds(shown)[-1] == "bill"
    assert "元" in text_of(shown)
    assert kinds(customer.say("还欠多少钱")) == ["balance"]


def test_an_unknown_account_gets_the_same_words(customer: Customer, stack: Stack) -> None:
    customer.say("查电费")
    known = text_of(customer.say("4100000017"))
    other = stack.customer()
    other.say("查电费")
    assert text_of(other.say("4199999999")) == known


def test_a_wrong_code_opens_nothing(customer: Customer) -> None:
    customer.say("查电费")
    customer.say("4100000025")
    right = customer.code_for("13800000025")
    wrong = "000000" if right != "000000" else "111111"
    assert kinds(customer.say(wrong)) == ["code_refused"]
    assert kinds(customer.say(right)) != ["code_refused"]


def test_proof_is_worth_nothing_in_another_conversation(customer: Customer, stack: Stack) -> None:
    customer.say("查电费")
    verify(customer, "4100000017", "13800000017")
    other = stack.customer()
    assert kinds(other.say("查电费")) == ["identifier_ask"]


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(customer: Customer) -> None:
    customer.say("查电费")
    middle = customer.say("阶梯电价怎么算的")
    assert kinds(middle) == ["policy", "identifier_ask"]
    assert "验证码" in text_of(customer.say("4100000017"))


def test_leaving_a_form_leaves_it(customer: Customer) -> None:
    customer.say("查电费")
    assert kinds(customer.say("算了不查了")) == ["stopped"]
    assert kinds(customer.say("谢谢")) == ["thank"]


def test_no_power_ends_in_a_ticket_with_a_number_and_an_honest_time(customer: Customer) -> None:
    said = customer.say("俺家没电了")
    for _ in range(8):
        if "ticket" in kinds(said):
            break
        options = [o["title"] for m in said for o in m["options"]]
        asks = options and {"question", "self_help"} & set(kinds(said))
        said = customer.choose(options[0]) if asks else customer.say("石固镇后河村12号,电话13911112222")
    words = text_of(said)
    number = re.search(r"LZ\d{10}", words)
    assert number, words
    assert "平均" in words and "最迟" in words
    assert number[0] in text_of(customer.say("查一下我的工单到哪了"))


def test_a_known_outage_is_told_by_its_place(customer: Customer) -> None:
    said = text_of(customer.say("颍川路没电了"))
    assert "预计" in said and "保证" not in said and "一定" not in said


@pytest.mark.parametrize("before", [[], ["查电费"], ["家里没电了"], ["转人工"]])
def test_danger_comes_first_in_every_state(customer: Customer, before: list[str]) -> None:
    for words in before:
        customer.say(words)
    answer = customer.say("电线掉地上了还在冒火花")
    assert kinds(answer)[0] == "hazard"
    assert "离它至少8米" in answer[0]["text"]
    assert re.search(r"已报急修 LZ\d{10}", text_of(answer))
    assert len(kinds(answer)) == len([k for k in kinds(answer) if k != "hazard"]) + 1


def test_asking_for_a_person_says_the_place_and_the_bot_goes_on(customer: Customer) -> None:
    assert kinds(customer.say("转人工")) == ["queued"]
    assert customer.view()["state"] == "queued"
    assert kinds(customer.say("阶梯电价怎么算的")) == ["policy"]


def test_not_understood_twice_offers_a_person(customer: Customer) -> None:
    first = customer.say("那个电的事")
    assert kinds(first) == ["clarify"]
    assert 2 <= len(first[0]["options"]) <= 4
    assert kinds(customer.say("就是那个电的事")) == ["offer_human"]


@pytest.mark.parametrize("text", ["/restart", "  /report_hazard", "/session_start{}", "\uff0frestart"])
def test_a_typed_command_is_text(customer: Customer, text: str) -> None:
    assert "hazard" not in kinds(customer.say(text))


def test_a_typed_number_chooses_from_the_last_options(customer: Customer) -> None:
    options = [o["title"] for o in customer.greeting["options"]]
    assert kinds(customer.say(str(1 + options.index("转人工")))) == ["queued"]


def test_messages_sent_at_once_are_answered_in_order(customer: Customer) -> None:
    for text in ("谢谢", "你是机器人吗", "再见"):
        customer.send(text=text)
    wait_until(lambda: not customer.view()["busy"], 30, customer.stack.logs)
    assert kinds(customer.read()) == ["thank", "bot_challenge", "goodbye"]


def test_a_message_sent_while_the_dialogue_restarts_is_answered_once(customer: Customer, stack: Stack) -> None:
    stack.kill("dialogue")
    customer.send(text="谢谢", client_id="during")
    wait_until(lambda: not customer.view()["busy"], 90, stack.logs)
    assert [k for k in kinds(customer.read()) if k != "delayed"] == ["thank"]
    wait_until(stack.ready, 60, stack.logs)


def test_no_log_holds_what_a_customer_said(customer: Customer, stack: Stack) -> None:
    secret = "紫藤萝瀑布路七百零九号"
    customer.say(f"我家在{secret}没电了,电话13911112222")
    customer.say("查电费")
    customer.say("4100000033")
    code = customer.code_for("13800000033")
    logs = "\n".join(f.read_text(errors="replace") for f in stack.var.rglob("*.log"))
    assert not [s for s in (secret, "13911112222", "4100000033", "13800000033", code) if s in logs]
