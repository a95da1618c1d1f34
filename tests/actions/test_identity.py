"""Proving an account in conversation: the way through, and every way out of it."""

from datetime import datetime

import pytest

from actions.identity import GOALS
from bot.clock import FixedClock
from tests.actions.talk import Talk, known_actions
from tests.demo_data import Phones

WANG, WANG_PHONE = "4100000017", "13800000017"
HUANG_PHONE = "13800000165"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.parametrize("number", [WANG, WANG_PHONE, "041000000017", "我的户号是4100-0000-17"])
def test_asked_for_a_number_then_a_code_then_the_bill_comes(number: str, talk: Talk, phones: Phones) -> None:
    talk.say("查电费", "check_bill")
    assert talk.kinds == ["identifier_ask"]
    talk.say(number)
    assert talk.text().startswith("如果信息正确,验证码已发到登记的手机")
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["bill"]
    assert "10 月电费(用电 10 月 1 日–31 日,11 月 2 日出账,11 月 20 日前交)" in talk.text()
    assert talk.form is None
    assert not any(value for name, value in talk.slots.items() if name != "policy_topic")


def test_a_number_in_the_question_is_not_asked_for_again(talk: Talk, phones: Phones) -> None:
    talk.say(f"查一下{WANG}的电费", "check_bill", account_no=WANG)
    assert talk.kinds == ["code_sent"]


def test_once_proved_the_next_question_is_answered_at_once(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say(phones.code(WANG_PHONE))
    talk.say("为啥这么高", "explain_high_bill")
    assert talk.kinds == ["bill_explained"]


def test_a_stranger_hears_the_same_words(talk: Talk, phones: Phones) -> None:
    talk.say("查电费", "check_bill")
    talk.say("4100009999")
    stranger = talk.cards
    house = talk.house
    other = Talk(house.clock, "other", identity=house.identity, billing=house.billing, customers=house.customers)
    other.say("查电费", "check_bill")
    other.say(WANG)
    assert [card.dump() for card in stranger] == [card.dump() for card in other.cards]
    assert len(phones.sent) == 1


def test_what_was_asked_before_the_form_is_still_known_after_it(talk: Talk, phones: Phones) -> None:
    talk.say("查8月份的电费", "check_bill")
    talk.say(WANG)
    talk.say(phones.code(WANG_PHONE))
    assert "8 月电费(用电 8 月 1 日–31 日" in talk.text()


def test_a_wrong_code_says_how_many_tries_are_left(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say(wrong(phones.code(WANG_PHONE)))
    assert "还可以试 4 次" in talk.text()
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["bill"]


def test_the_same_message_asked_again_is_not_counted_twice(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say(wrong(phones.code(WANG_PHONE)))
    talk.say(wrong(phones.code(WANG_PHONE)), again=True)
    assert "还可以试 4 次" in talk.text()


def test_a_repeated_request_for_a_code_sends_one_text(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.form = None
    talk.slots.clear()
    talk.say(f"查{WANG}的电费", "check_bill", again=True)
    assert len(phones.sent) == 1


def test_five_wrong_codes_offer_a_new_one(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    for _ in range(5):
        talk.say(wrong(phones.code(WANG_PHONE)))
    assert "试的次数用完了" in talk.text()
    talk.say("好的", "affirm")
    assert "已重新发到" in talk.text()
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["bill"]


def test_an_old_code_offers_a_new_one(talk: Talk, phones: Phones, clock: FixedClock) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    clock.advance(minutes=6)
    talk.say(phones.code(WANG_PHONE))
    assert "已失效" in talk.text()
    assert [option.title for option in talk.cards[-1].options] == ["再发一次", "转人工核对"]


@pytest.mark.parametrize(
    ("text", "intent"), [("收不到啊", "inform"), ("不知道", "dont_know"), ("我没收到短信", "nlu_fallback")]
)
def test_a_code_that_never_came_has_three_ways_on(text: str, intent: str, talk: Talk) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say(text, intent)
    assert talk.kinds == ["code_not_received"]
    assert [o.title for o in talk.cards[-1].options] == ["换一个号码试", "转人工核对", "带身份证到营业厅改号码"]
    assert "报停电、报危险不需要验证" in talk.text("sms")


def test_another_number_may_be_tried(talk: Talk, phones: Phones) -> None:
    talk.say("查4100000025的电费", "check_bill")
    talk.say("收不到")
    talk.choose(0)
    assert talk.kinds == ["identifier_ask"]
    talk.say(WANG_PHONE)
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["bill"]
    assert WANG in talk.text()


def test_the_office_changes_the_phone(talk: Talk) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say("收不到")
    talk.choose(2)
    assert "带身份证" in talk.text() and "95598" in talk.text()


def test_another_number_typed_instead_of_a_code_is_taken(talk: Talk, phones: Phones) -> None:
    talk.say("查4100000025的电费", "check_bill")
    talk.say("不对,是13800000017")
    assert talk.kinds == ["code_sent"]
    talk.say(phones.code(WANG_PHONE))
    assert WANG in talk.text()


def test_another_question_while_proving_changes_what_comes_after(talk: Talk, phones: Phones) -> None:
    talk.say("查电费", "check_bill")
    talk.say("还欠多少", "check_balance")
    assert talk.kinds == ["identifier_ask"]
    talk.say(WANG)
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["balance"]


def test_something_else_is_let_through_and_the_question_asked_again(talk: Talk) -> None:
    talk.say("查电费", "check_bill")
    talk.say("怎么交电费", "pay_bill")
    assert talk.kinds == ["pay_how", "identifier_ask"]
    assert talk.form == "verify_form"


def test_what_cannot_be_read_is_explained_and_the_third_time_a_person_comes(talk: Talk) -> None:
    talk.say("查电费", "check_bill")
    talk.say("就我家那个")
    assert "没认出来" in talk.text()
    talk.say("前庄的")
    talk.say("老李家")
    assert talk.slots["followed"] == "action_request_human"
    assert talk.form is None


def test_several_accounts_on_one_phone_are_offered(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{HUANG_PHONE}的电费", "check_bill")
    talk.say(phones.code(HUANG_PHONE))
    assert [o.title for o in talk.cards[-1].options] == [
        "文化路社区 · 居民(户号尾号 0165)",
        "老街社区 · 商业(户号尾号 0173)",
    ]
    talk.choose(1)
    assert talk.kinds == ["bill"]
    assert "4100000173" in talk.text()


@pytest.mark.parametrize("text", ["第二个", "2", "4100000173"])
def test_an_account_may_be_chosen_in_words(text: str, talk: Talk, phones: Phones) -> None:
    talk.say(f"查{HUANG_PHONE}的电费", "check_bill")
    talk.say(phones.code(HUANG_PHONE))
    talk.say(text)
    assert "4100000173" in talk.text()


def test_an_account_that_is_not_among_the_choices_is_not_chosen(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{HUANG_PHONE}的电费", "check_bill")
    talk.say(phones.code(HUANG_PHONE))
    for text in ("4100000025", "第三个", "account9"):
        talk.say(text, answer=text)
        assert talk.kinds != ["bill"]
        talk.slots["form_misses"] = None


def test_too_many_codes_are_told_with_a_time(talk: Talk) -> None:
    talk.say("查电费", "check_bill")
    for _ in range(4):
        talk.say(WANG)
        talk.slots["verify_identifier"] = None
        talk.slots["requested_slot"] = "verify_identifier"
    assert talk.kinds == ["code_limited"]
    assert "10 分钟后再试" in talk.text()


def test_after_half_an_hour_it_begins_again(talk: Talk, phones: Phones, clock: FixedClock) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say(phones.code(WANG_PHONE))
    clock.advance(minutes=31)
    talk.say("查余额", "check_balance")
    assert talk.kinds == ["identifier_ask"]


def test_no_slot_ever_holds_more_than_the_number_that_was_typed(talk: Talk, phones: Phones) -> None:
    talk.say("查电费", "check_bill")
    talk.say(HUANG_PHONE)
    talk.say(phones.code(HUANG_PHONE))
    kept = {name: value for name, value in talk.slots.items() if value is not None}
    assert kept == {
        "verify_goal": "action_check_bill\n查电费",
        "verify_identifier": HUANG_PHONE,
        "requested_slot": "verify_code",
    }


def test_not_knowing_the_number_is_helped_and_changes_nothing(talk: Talk, phones: Phones) -> None:
    talk.say("查余额", "check_balance")
    for text, intent in (("不知道户号", "check_account"), ("忘了", "dont_know"), ("户号找不到了", "nlu_fallback")):
        talk.say(text, intent)
        assert talk.kinds == ["identifier_ask"] and "没认出来" not in talk.text()
    talk.say(WANG)
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["balance"]


def test_a_yes_while_a_code_is_good_sends_no_other(talk: Talk, phones: Phones) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.say("嗯", "affirm")
    assert talk.kinds == ["code_refused"]
    assert len(phones.sent) == 1


def test_an_abandoned_proof_leaves_nothing_behind(talk: Talk) -> None:
    talk.say(f"查{WANG}的电费", "check_bill")
    talk.form, talk.slots["requested_slot"] = None, None
    talk.say("绑定户号", "bind_account")
    assert talk.kinds == ["identifier_ask"]
    assert talk.slots["verify_identifier"] is None
    talk.say("怎么交电费", "pay_bill")
    assert talk.kinds == ["pay_how", "identifier_ask"]


def test_every_goal_is_an_action() -> None:
    assert set(GOALS.values()) <= set(known_actions())


def test_proving_with_nothing_asked_says_what_it_opens(talk: Talk, phones: Phones) -> None:
    talk.say("绑定户号", "bind_account")
    talk.slots["verify_goal"] = None
    talk.say(WANG)
    talk.say(phones.code(WANG_PHONE))
    assert talk.kinds == ["verified"]
    assert datetime.fromisoformat(talk.cards[0].dump()["until"]).tzinfo is not None


def test_who_the_holder_has_let_in_hears_what_they_may_and_no_more(talk: Talk, phones: Phones) -> None:
    talk.say("查电费", "check_bill")
    talk.say("13800009165")
    talk.say(phones.code("13800009165"))
    assert talk.kinds == ["bill"]
    talk.say("查户号资料", "check_account")
    assert talk.kinds == ["not_granted"]
    assert "黄立新" not in talk.text()
    assert "您是户主授权的租客" in talk.text() and "让家人也能查" in talk.text()
    assert talk.text("sms").startswith("您是户主授权的租客")
