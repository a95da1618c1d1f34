"""What the account actions say of the demo customers, on each channel."""

import re
from decimal import Decimal

import pytest

from bot.billing import Billing, load_tariffs
from bot.clock import FixedClock
from bot.errors import Unavailable
from bot.replies.render import CHANNELS
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.actions.talk import Talk, proved
from tests.demo_data import Phones

QUESTIONS = (
    "check_bill",
    "check_balance",
    "check_usage",
    "explain_high_bill",
    "check_payment",
    "pay_bill",
    "request_invoice",
    "check_account",
    "bind_account",
)


def test_the_bill_shows_its_lines_and_what_comes_next(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill")
    text = talk.text()
    assert "共 227.8 度,127.57 元" in text and "已结清" in text
    assert "第一档电量电费:227.8 度 × 0.56 元 = 127.57 元" in text
    assert [o.title for o in talk.cards[0].options] == ["2026年9月账单", "电费为什么高", "居民阶梯电价"]


def test_another_month_is_one_option_away(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill")
    talk.choose(0)
    assert "9 月电费" in talk.text() and "60.75 元" in talk.text()


def test_this_month_is_not_billed_yet_and_is_estimated(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "这个月电费多少")
    assert talk.kinds == ["bill_none", "bill"]
    assert re.search(r"这个月的还没出账,到11月23日约用 \d+ 度,约 \d+ 元\(估算\)", talk.text())


def test_a_range_of_months_is_added_up(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "1月到6月的电费")
    assert talk.kinds == ["bills"]
    card = talk.cards[0].dump()
    assert len(card["bills"]) == 6


def test_a_month_before_all_bills_has_none(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_bill", "2019年5月的电费")
    assert talk.kinds == ["bill_none"]
    assert len(talk.cards[0].options) == 3


def test_arrears_are_told_in_their_order(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000025", "check_balance")
    assert talk.kinds == ["arrears"]
    text = talk.text()
    parts = ("过了 41 天", "合计要交", "怎么交", "营业厅现金", "最迟 24 小时", "对停电有异议")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "9 月电费(用电 8 月 25 日–9 月 24 日,9 月 26 日出账,10 月 14 日前交):50.88 元" in text
    assert "供电公司还没有填写" in text and "12398" in text


def test_money_on_its_way_is_not_asked_for_again(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000033", "check_payment")
    assert "今天 8:50 微信 83.16 元:已收到,还没入账" in talk.text()
    talk.say("欠费吗", "check_balance")
    assert "不用再交一次" in talk.text()


def test_a_doubted_message_is_answered_from_the_records_and_with_a_warning(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_balance", "短信说我欠费今天停电,真的假的")
    assert "不欠费" in talk.text() and "转账到个人,都是假的,打 110" in talk.text()
    assert "打 110" in talk.text("sms")
    talk.say("我还欠多少", "check_balance")
    assert "110" not in talk.text()


def test_remote_prepayment_says_the_days_left(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000140", "check_balance")
    assert "余额 14.20 元" in talk.text() and "约还能用 4 天" in talk.text()


def test_a_failed_reconnection_is_said_with_its_limit(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000132", "check_payment")
    assert talk.kinds == ["payment_status", "reconnection"]
    assert (
        "送电命令没有成功,已重新下发,一般很快恢复;最迟明天 8:30 前" in talk.text()
        and "确认没有人在修电路" in talk.text()
    )


def test_the_high_bill_is_explained_to_the_cent(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "explain_high_bill")
    text = talk.text()
    assert "多 66.82 元,是上一期的 2.1 倍" in text
    card = talk.cards[0].dump()
    before = card["before"]
    assert Decimal(before["difference"]) == sum(Decimal(effect["amount"]) for effect in before["effects"])
    assert "去年同月是 2025 年 10 月电费(用电" in text and "空调" not in text


def test_the_power_factor_is_a_line_with_its_reason(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000074", "check_bill")
    assert "功率因数 0.82" in talk.text() and "待供电公司确认" in talk.text()


def test_free_kwh_are_their_own_line(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000124", "check_bill")
    assert "免费电量减免:10 度 × -0.56 元 = -5.60 元" in talk.text()


def test_how_to_pay_needs_no_proof_and_then_says_no_amount(talk: Talk, phones: Phones) -> None:
    talk.say("怎么交电费", "pay_bill")
    assert talk.kinds == ["pay_how"]
    assert not re.search(r"\d+\.\d\d 元", talk.text()) and "收现金" in talk.text()
    proved(talk, phones, "4100000025", "check_balance")
    talk.say("怎么交", "pay_bill")
    assert "要交 97.86 元" in talk.text()


def test_an_account_without_bills_is_told_so(talk: Talk, phones: Phones) -> None:
    for intent in QUESTIONS:
        proved(talk, phones, "4100000215", intent)
        assert talk.cards and talk.form is None
    talk.say("查电费", "check_bill")
    assert "还没有出过账单" in talk.text()


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("tail", ["017", "025", "033", "074", "082", "090", "124", "132", "140", "207"])
def test_every_answer_can_be_said_on_every_channel(tail: str, channel: str, talk: Talk, phones: Phones) -> None:
    for intent in QUESTIONS:
        proved(talk, phones, f"4100000{tail}", intent)
        text = talk.text(channel)
        assert text and "None" not in text and " \n" not in text and "\n\n\n" not in text
        assert not re.search(r"Decimal|datetime|E\+", text)


@pytest.mark.parametrize("tail", ["017", "025", "033", "074", "140"])
def test_short_messages_are_short(tail: str, talk: Talk, phones: Phones) -> None:
    for intent in QUESTIONS:
        proved(talk, phones, f"4100000{tail}", intent)
        for card in talk.cards:
            card.options = []
            assert len(talk.renderer.text(card, "sms")) <= 134, card.kind


def by_phone(talk: Talk, phone: str) -> None:
    talk.house.proven_by_channel = lambda _: talk.house.identity.accounts_of_proven_phone(phone)


def test_a_phone_the_channel_has_proved_hears_what_is_due_and_nothing_of_its_use(talk: Talk) -> None:
    by_phone(talk, "13800000025")
    talk.say("还欠多少钱", "check_balance")
    assert talk.kinds == ["balance"]
    card = talk.cards[0].dump()
    assert (card["account_no"], card["estimate"]) == ("4100000025", None)
    text = talk.text("sms")
    assert "还没交" in text and "度" not in text and "李建国" not in text and "停" not in text


@pytest.mark.parametrize("intent", [q for q in QUESTIONS if q not in ("check_balance", "pay_bill")])
def test_a_phone_the_channel_has_proved_opens_nothing_else(talk: Talk, intent: str) -> None:
    by_phone(talk, "13800000025")
    talk.say("查一下", intent)
    assert talk.kinds == ["identifier_ask"]


def test_a_phone_of_several_accounts_is_asked_which_one_and_needs_no_code(talk: Talk) -> None:
    by_phone(talk, "13800000165")
    talk.say("还欠多少钱", "check_balance")
    assert talk.kinds == ["account_choose"] and "验证" not in talk.text("sms")
    assert [option.title for option in talk.cards[0].options] == ["户号 4100000165(居民)", "户号 4100000173(商业)"]
    talk.choose(1)
    assert talk.kinds == ["balance"] and talk.cards[0].dump()["account_no"] == "4100000173"


def test_another_account_than_the_phones_own_still_takes_a_code(talk: Talk) -> None:
    by_phone(talk, "13800000025")
    talk.say("4100000017欠多少", "check_balance", account_no="4100000017")
    assert "balance" not in talk.kinds


class Down:
    """A supplier's service that cannot be reached."""

    def __init__(self) -> None:
        self.down = True

    def renew(self, account_no: str) -> None:
        if self.down:
            raise Unavailable("down", code="source_unavailable")

    def not_given(self, account_no: str) -> frozenset[str]:
        return frozenset({"invoices", "settlements"})


@pytest.fixture
def source(talk: Talk, seeded: Database, clock: FixedClock) -> Down:
    source = Down()
    talk.house.billing = Billing(seeded, clock, load_tariffs(), load_climate(), source)
    return source


@pytest.mark.parametrize("intent", [q for q in QUESTIONS if q not in ("check_account", "bind_account")])
def test_without_the_records_nothing_is_told_but_that(talk: Talk, phones: Phones, source: Down, intent: str) -> None:
    proved(talk, phones, "4100000025", "check_account")
    talk.say("问一下", intent)
    assert talk.kinds == ["records_unavailable"]
    for channel in CHANNELS:
        assert "95598" in talk.text(channel) and not re.search(r"\d+\.\d\d", talk.text(channel))
    source.down = False
    talk.say("再问一次", intent)
    assert "records_unavailable" not in talk.kinds and talk.kinds


def test_what_the_system_never_tells_is_said_to_be_untold(talk: Talk, phones: Phones, source: Down) -> None:
    source.down = False
    proved(talk, phones, "4100000017", "check_account")
    talk.say("发票开了吗", "request_invoice")
    assert talk.kinds == ["records_not_given"]
    for channel in CHANNELS:
        assert "发票" in talk.text(channel) and "95598" in talk.text(channel) and "没有开过" not in talk.text(channel)


def test_without_the_records_no_code_is_said_to_be_sent(talk: Talk, phones: Phones, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def down(*_: object) -> None:
        raise Unavailable("down", code="source_unavailable")

    talk.say("电费多少", "check_bill")
    with monkeypatch.context() as patched:
        patched.setattr(talk.house.identity, "request_code", down)
        talk.say("4100000017")
        assert talk.kinds == ["records_unavailable"] and talk.form and phones.sent == []
    talk.say("4100000017")
    assert talk.kinds == ["code_sent"]


def test_the_least_usual_line_is_explained_under_the_bill(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000074", "check_bill")
    kinds = {line.label for line in talk.cards[0].lines}
    explained = talk.cards[0].options[-1]
    assert any("力" in label or "功率因数" in label for label in kinds), kinds
    assert explained.entities == {"policy_id": "power-factor-charge"}
    assert talk.slots["policy_topic"]["as_of"] == talk.cards[0].bill.period_end.isoformat()
    talk.choose(len(talk.cards[0].options) - 1)
    assert talk.kinds == ["policy"] and talk.cards[0].id == "power-factor-charge"


def test_an_explained_bill_hands_on_its_time_and_its_lines(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000074", "explain_high_bill")
    assert talk.slots["policy_topic"]["as_of"] == talk.cards[0].newest.period_end.isoformat()
    assert talk.slots["policy_topic"]["id"] == "power-factor-charge"
    assert talk.cards[0].options[-1].entities == {"policy_id": "power-factor-charge"}
