"""Those who have no number to give, and those whose holder has died, are never left at "type the account number"."""

import pytest

from tests.actions.talk import Talk, proved
from tests.demo_data import Phones


def asked_for_a_number(talk: Talk) -> Talk:
    talk.say("我要查电费", "check_bill")
    assert talk.kinds == ["identifier_ask"]
    return talk


def test_the_option_leads_to_whom_one_pays(talk: Talk) -> None:
    asked_for_a_number(talk)
    talk.choose(0)
    assert talk.kinds == ["payee_ask"] and "电费交给谁" in talk.text()
    assert [option.title for option in talk.cards[-1].options] == ["供电公司", "物业、房东、村里", "不清楚"]


def test_a_landlord_who_is_only_spoken_of_leads_nowhere(talk: Talk) -> None:
    talk.say("被前房东绑着呢", "bind_account")
    assert talk.kinds == ["identifier_ask"]


@pytest.mark.parametrize("words", ["我没有户号,合租的", "电费是物业代收的", "我们用的机井卡", "交给房东的"])
def test_saying_that_there_is_no_account_leads_on(words: str, talk: Talk) -> None:
    asked_for_a_number(talk)
    talk.say(words)
    assert talk.kinds[0] in ("payee_ask", "supplied_by_other")


def test_li_na_pays_the_property_and_hears_what_can_be_done_without_a_number(talk: Talk) -> None:
    asked_for_a_number(talk)
    talk.choose(0)
    talk.choose(1)
    assert talk.kinds == ["supplied_by_other"] and talk.form is None
    intents = [option.intent for option in talk.cards[-1].options]
    assert intents == ["report_no_power", "ask_policy", "request_new_connection", "request_human"]


def test_the_owner_of_a_known_transformer_is_named(talk: Talk) -> None:
    asked_for_a_number(talk)
    talk.say("锦绣园的,物业收")
    assert talk.kinds == ["supplied_by_other"] and "锦绣园物业" in talk.text()


def test_whoever_pays_the_supplier_is_told_where_the_number_stands(talk: Talk, phones: Phones) -> None:
    asked_for_a_number(talk)
    talk.choose(0)
    talk.choose(0)
    assert talk.kinds == ["number_help"] and talk.form == "verify_form"
    talk.say("4100000017")
    talk.say(phones.code("13800000017"))
    assert talk.kinds == ["bill"]


def test_who_is_not_sure_is_helped_to_find_out(talk: Talk) -> None:
    asked_for_a_number(talk)
    talk.choose(0)
    talk.choose(2)
    assert talk.kinds == ["number_help"] and "先看看平时电费交给谁" in talk.text()


@pytest.mark.parametrize(
    ("words", "intent"),
    [("我爸张德福三月份去世了,电费咋查", "check_bill"), ("户主过世了,手机号换成我的", "bind_account")],
)
def test_a_bereaved_daughter_is_not_told_to_fetch_the_holder(words: str, intent: str, talk: Talk) -> None:
    talk.say(words, intent)
    assert talk.kinds == ["bereaved"] and talk.form is None
    assert talk.text().startswith("请节哀。") and "户主本人" not in talk.text()
    assert [option.intent for option in talk.cards[-1].options] == [
        "request_human",
        "request_contract_change",
        "pay_bill",
    ]


def test_the_death_is_heard_in_the_middle_of_the_form(talk: Talk, phones: Phones) -> None:
    """The registered phone is a stranger's by now: the code never comes to the daughter."""
    asked_for_a_number(talk)
    talk.say("4100000157")
    assert talk.kinds == ["code_sent"]
    talk.say("收不到,我爸三月份走了")
    assert talk.kinds == ["bereaved"] and talk.form is None
    talk.say("怎么交电费", "pay_bill")
    assert talk.kinds == ["pay_how"]


def test_the_meter_of_a_dead_holder_is_no_reason_for_sympathy(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "电表走得死了命地快,这个月多少钱")
    assert "bereaved" not in talk.kinds
