"""Going on with a question about an account: other months, comparisons, single days, sold energy, exchanged meters."""

import re
from decimal import Decimal

import pytest

from bot.clock import FixedClock
from bot.outages import seed_outages
from bot.storage.engine import Database
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones


def test_another_month_goes_on_with_what_was_told(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "上个月电费")
    talk.say("那九月呢")
    assert talk.kinds == ["bill"] and "9 月电费" in talk.text() and "60.75 元" in talk.text()
    talk.say("用了多少度", "check_usage")
    talk.say("上上个月的")
    assert talk.kinds == ["usage"] and "9 月(用电 9 月 1 日–30 日):" in talk.text()


def test_a_bare_why_asks_about_the_bill_that_was_told(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "八月的电费")
    talk.say("为啥", "explain_high_bill")
    assert talk.text().startswith("8 月电费")
    talk.say("电费为什么这么高啊,给我说说", "explain_high_bill")
    assert talk.text().startswith("10 月电费")


def test_why_beside_an_older_bill_explains_that_bill(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "八月的电费")
    place = [option.title for option in talk.cards[0].options].index("电费为什么高")
    talk.choose(place)
    assert talk.text().startswith("8 月电费")


def test_a_comparison_goes_on_with_the_bill_that_was_told(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "八月的电费")
    talk.say("跟去年比呢")
    assert talk.kinds == ["bill_explained"]
    told = talk.text()
    assert told.startswith("8 月电费") and told.index("去年同月是 2025 年 8 月电费") < told.index("和上一期比:")
    assert "比去年同月" in talk.text("sms")
    talk.say("那最近半年的呢")
    assert talk.kinds == ["bills"]


def test_nothing_goes_on_after_a_while(talk: Talk, phones: Phones, clock: FixedClock) -> None:
    proved(talk, phones, "4100000017", "check_bill")
    clock.advance(minutes=11)
    talk.say("那九月呢")
    assert talk.kinds == ["nothing_open"]


def test_what_a_bill_is_compared_with_is_not_the_bill_explained(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "explain_high_bill", "电费比去年高这么多")
    assert talk.text().startswith("10 月电费")
    talk.say("十月咋比九月高恁多", "explain_high_bill")
    assert talk.text().startswith("10 月电费")


def test_why_of_the_running_month_is_not_billed_yet(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "explain_high_bill", "这个月电费咋恁高")
    assert talk.kinds == ["bill_none", "bill_explained"] and "还没出账" in talk.text()
    talk.say("2019年5月为啥那么高", "explain_high_bill")
    assert talk.kinds == ["bill_none"] and "2019年5月没有账单" in talk.text()


def test_two_months_are_both_told_and_the_running_one_is_estimated(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "上个月和这个月一共多少")
    assert talk.kinds == ["bills"] and "127.57 元" in talk.text()
    assert re.search(r"11月1日起的还没出账,到11月23日约用 \d+ 度,约 \d+ 元\(估算\),没算在上面", talk.text())
    talk.say("7月、9月的账单", "check_bill")
    assert [bill["month"] for bill in talk.cards[0].dump()["bills"]] == ["2026-07-01", "2026-09-01"]


def test_months_nobody_can_be_sure_of_are_said_to_be_unclear(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "夏天那三个月电费多少")
    assert talk.kinds == ["bill_none", "bill"]
    assert "没认准" in talk.text() and "6 月到 8 月" in talk.text()


def test_the_running_month_of_use_is_told_with_its_highest_day(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_usage", "这个月用了多少度")
    assert re.search(r"11月1日到11月23日已用 [\d.]+ 度,平均每天 [\d.]+ 度\(还没出账\)", talk.text())
    days = {day: Decimal(kwh) for day, kwh in talk.cards[0].dump()["days"]}
    most_day, most = talk.cards[0].dump()["most"]
    assert Decimal(most) >= max(days.values()) and "用得最多的一天:" in talk.text()
    assert most_day not in days or days[most_day] == Decimal(most)


def test_one_day_is_told_by_itself(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_usage", "昨天用了多少度")
    used = dict(talk.cards[0].dump()["days"])["2026-11-23"]
    assert f"11月23日用了 {Decimal(used).normalize():f} 度。" in talk.text() and "6 月(" not in talk.text()
    talk.say("去年3月8号用了多少", "check_usage")
    assert "没有查到当天的用电" in talk.text()


def test_last_month_of_use_is_that_month_alone(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_usage", "上个月用了多少度")
    assert len(talk.cards[0].dump()["months"]) == 1 and "227.8 度" in talk.text()


def test_a_span_of_months_is_added_up_with_its_highest(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000082", "check_usage", "今年以来用电量")
    card = talk.cards[0].dump()
    assert Decimal(card["total"]) == sum(Decimal(month["kwh"]) for month in card["months"])
    assert "用得最多的是" in talk.text() and "还没出账" in talk.text()


def test_times_of_use_are_told_apart_where_the_meter_does(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000033", "check_usage", "峰谷各用多少")
    assert re.search(r"10 月分时段:高峰 [\d.]+ 度、低谷 [\d.]+ 度。", talk.text())
    parts = {part["hours"]: Decimal(part["kwh"]) for part in talk.cards[0].dump()["parts"]}
    assert sum(parts.values()) == Decimal(talk.cards[0].dump()["months"][-1]["kwh"])


@pytest.mark.parametrize(
    ("intent", "text"),
    [("check_bill", "光伏上网电费结了多少"), ("check_usage", "上个月卖了多少度"), ("check_payment", "卖电钱到账没")],
)
def test_what_was_sold_comes_first_where_it_is_asked_about(talk: Talk, phones: Phones, intent: str, text: str) -> None:
    proved(talk, phones, "4100000181", intent, text)
    assert talk.kinds[0] == "export_settlements" and talk.kinds.count("export_settlements") == 1


def test_an_exchanged_meter_is_said_with_both_readings(talk: Talk, phones: Phones) -> None:
    for intent in ("check_bill", "explain_high_bill"):
        proved(talk, phones, "4100000207", intent)
        text = talk.text()
        assert "换过电表(客户申请校验,换下的表校验合格)" in text
        assert "电表 041099999207 示数" in text and "电表 041000000207 示数 0→" in text


def test_a_refund_is_found_where_money_is_looked_for(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000207", "check_payment", "退的38块6到账没")
    assert "退补:换表电量退补 38.64 元,已在 10 月电费里减掉,不另外打款。" in talk.text()
    assert "38.64" in talk.text("wechat") and "38.64" in talk.text("sms")


def test_little_money_left_is_said_with_what_a_day_costs(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000140", "check_balance", "还能用几天")
    assert re.search(r"约还能用 4 天\(按最近每天约 [\d.]+ 元算\)", talk.text()) and "尽早交" in talk.text()
    assert "尽早交" in talk.text("sms")


def test_enough_money_left_needs_no_warning(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000132", "check_balance", "余额")
    assert "约还能用" in talk.text() and "尽早交" not in talk.text()


def test_the_season_is_a_likely_reason_for_watering(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000090", "explain_high_bill")
    assert "很可能是季节:去年同月用得也差不多" in talk.text()


def test_a_doubted_notice_of_an_outage_hears_of_the_planned_one(
    talk: Talk, phones: Phones, seeded: Database, clock: FixedClock
) -> None:
    seed_outages(seeded, clock)
    proved(talk, phones, "4100000041", "check_balance", "短信说明天要停我家电,真的吗")
    assert talk.kinds == ["balance", "outage"]
    assert "不欠费" in talk.text() and "打 110" in talk.text() and "计划停电" in talk.text()


def test_a_bill_hardly_higher_is_said_to_be_like_the_last(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000231", "explain_high_bill")
    assert "和上一期差不多" in talk.text()
