"""Payments, settlements, invoices, arrears and why a bill is high, as the customers hear them."""

import re
from decimal import Decimal

import pytest

from bot.billing.pictures import CHARTS, chart_key
from bot.replies.cards.billing import BalanceCard
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones


def test_a_payment_for_the_wrong_account_is_told_as_taken_off(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000231", "check_payment")
    assert "今天" not in talk.text() and "11月18日 19:20 支付宝 60.00 元:登记为缴错户,已从本户转出" in talk.text()
    assert "缴错户" in talk.text("sms") and "转人工核对" in talk.text()


def test_money_on_its_way_names_the_bill_it_is_for(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000033", "check_payment")
    assert re.search(
        r"还欠 83\.16 元:\n10 月电费\(用电 10 月 1 日–31 日,11 月 2 日出账,.+前交\):83\.16 元", talk.text()
    )


def test_the_owner_of_panels_hears_what_is_paid_and_what_is_on_its_way(talk: Talk, phones: Phones) -> None:
    for intent in ("check_payment", "check_bill"):
        proved(talk, phones, "4100000181", intent)
        assert talk.kinds[1] == "export_settlements"
        newest, before = talk.cards[1].dump()["settlements"][:2]
        assert (newest["state"], before["state"]) == ("pending", "paid")
        assert "10 月(上网 10 月 1 日–31 日,11 月 2 日结算)" in talk.text()
        assert "还没付" in talk.text() and "10月17日已付" in talk.text() and "待供电公司确认" in talk.text()


def test_nobody_else_hears_of_settlements(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill")
    assert talk.kinds == ["bill"]


def test_late_fees_are_told_apart_from_the_bills_and_wait_for_confirmation(talk: Talk, phones: Phones) -> None:
    """50.88 × 1‰ × 41 days + 46.98 × 1‰ × 11 days = 2.09 + 0.52."""
    proved(talk, phones, "4100000025", "check_balance")
    assert "合计要交 97.86 元。另有违约金,算到今天约 2.61 元(待供电公司确认)。" in talk.text()


def test_who_doubts_a_message_is_warned_before_anything_is_asked(talk: Talk, phones: Phones) -> None:
    talk.say("短信说我欠费今天停电,真的假的", "check_balance")
    assert talk.kinds[0] == "beware" and len(talk.kinds) == 2
    assert "任何人要验证码、银行卡号、让您转账到个人,都是假的,打 110。" in talk.text()
    assert not re.search(r"\d+\.\d\d 元", talk.text())
    talk.say("4100000017")
    talk.say(phones.code("13800000017"))
    assert talk.kinds[-1] == "balance"
    text = talk.text()
    assert text.index("不欠费") < text.index("我们只用") < text.index("链接只有")


@pytest.mark.parametrize(("tail", "said"), [("116", "11月6日 电子普票"), ("074", "专票"), ("017", "还没有开过发票")])
def test_invoices_already_made_out_are_named(tail: str, said: str, talk: Talk, phones: Phones) -> None:
    proved(talk, phones, f"4100000{tail}", "request_invoice")
    assert said in talk.text() and ("发票已经开过" in talk.text()) == (tail != "017")


def test_the_bill_says_what_the_meters_showed_and_where_its_prices_stand(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000207", "check_bill")
    text = talk.text()
    assert text.count("示数") == 2 and "换表电量退补:-38.64 元" in text
    assert "多人口优惠到 12月31日为止" in text and "依据:河南省居民阶梯电价通知" in text
    kinds = {line["kind"] for line in talk.cards[0].dump()["lines"]}
    assert kinds == {"step", "refund"}


def test_the_first_bill_of_a_year_says_that_the_ladder_begins_again(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "今年1月的电费")
    assert "从第一档重新算起" in talk.text()
    talk.say("2月的", "check_bill")
    assert "重新算起" not in talk.text()


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("256", "很可能是上一期估抄"),
        ("116", "改用“居民阶梯加峰谷电价”,约能少交"),
        ("074", "功率因数做到 0.90"),
        ("074", "改按最大需量"),
        ("074", "力调电费(功率因数 0.82→0.82)"),
    ],
)
def test_the_likely_reason_and_what_saves_are_said(tail: str, said: str, talk: Talk, phones: Phones) -> None:
    proved(talk, phones, f"4100000{tail}", "explain_high_bill")
    assert said in talk.text()


@pytest.mark.parametrize("tail", ["017", "041", "082", "090", "108", "124", "207"])
def test_what_does_not_save_is_not_said(tail: str, talk: Talk, phones: Phones) -> None:
    proved(talk, phones, f"4100000{tail}", "explain_high_bill")
    assert "能省的" not in talk.text()


def test_the_high_bill_of_another_month_may_be_asked_for(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000041", "explain_high_bill", "7月电费怎么这么高")
    text = talk.text()
    assert (
        text.startswith("7 月电费(用电 7 月 1 日–31 日,8 月 2 日出账,8 月 20 日前交)") and "是天气:这期比上期热" in text
    )
    effects = talk.cards[0].dump()["before"]["effects"]
    assert sum(Decimal(effect["amount"]) for effect in effects) == Decimal(talk.cards[0].dump()["before"]["difference"])


def test_charts_come_with_a_key_and_words(talk: Talk, phones: Phones) -> None:
    key = chart_key(talk.conversation_id, "4100000017")
    proved(talk, phones, "4100000017", "explain_high_bill")
    chart = talk.cards[0].dump()["chart"]
    assert chart["url"] == f"{CHARTS}/{key}/waterfall?first=2026-10&last=2026-10"
    assert "60.75元" in chart["alt"] and "每天用电 +64.80" in chart["alt"]
    talk.say("最近用电", "check_usage")
    assert talk.cards[0].dump()["chart"]["url"] == f"{CHARTS}/{key}/days"
    talk.say("上半年每个月用了多少度", "check_usage")
    chart = talk.cards[0].dump()["chart"]
    assert chart["url"] == f"{CHARTS}/{key}/months?first=2026-01&last=2026-06"
    assert chart["alt"].startswith("每月用电(度):1月 ") and chart["alt"].count("、") == 5


def test_the_use_of_a_month_asked_for_is_that_of_the_month(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000033", "check_usage", "8月用了多少度")
    assert [bill["month"] for bill in talk.cards[0].dump()["months"]] == ["2026-08-01"]
    talk.say("2019年8月用了多少度", "check_usage")
    assert talk.kinds == ["bill_none"]


@pytest.mark.parametrize(("mode", "said"), [("prepaid_card", "余额在电表上看"), ("instalment", "抄表后结清当月")])
def test_the_other_ways_of_paying_have_their_own_balance(mode: str, said: str, talk: Talk) -> None:
    card = BalanceCard(
        account_no="4100000017",
        settlement_mode=mode,
        balance=Decimal(0),
        credit=Decimal(0),
        owed=[],
        total_owed=Decimal(0),
        pending=Decimal(0),
    )
    assert all(said in talk.renderer.text(card, channel) for channel in ("web", "wechat"))
