"""One conversation across channels: begun on the web, gone on with in WeChat, and back; the account bound with it."""

import pytest

from bot.bootstrap import House
from bot.channels.web.greeting import greeting
from bot.conversations.handling import Handler
from bot.conversations.intake import InboundMessage
from bot.conversations.joining import read_join_code
from tests.channels.wechat.conftest import ANNA, BEN, Account

AGENT = Handler("anna", "安娜")


def on_the_web(house: House) -> str:
    return house.conversations.start("web", greeting(), address_hash="a", per_minute=60)


def test_a_conversation_of_the_web_goes_on_in_wechat_and_back(account: Account) -> None:
    house = account.house
    web = on_the_web(house)
    house.conversations.receive(InboundMessage(web, text="我家没电了"))
    code = house.joining.offer(web, "m1:join")
    assert code == house.joining.offer(web, "m1:join")
    account.say("您好")
    account.say(f"接着办 {code}")
    assert account.seen()[-1].startswith("接上了")
    assert account.conversation() == web
    account.say("谢谢")
    assert house.conversations.reached_by(web) == ("wechat", ANNA)
    messages = house.conversations.view(web, 0).messages
    assert [m.channel for m in messages if m.author == "customer"] == ["web", "wechat", "wechat"]
    house.conversations.receive(InboundMessage(web, text="我回网页了"))
    assert house.conversations.reached_by(web) == ("web", None)
    assert code not in str([m.text for m in messages])


def test_an_agent_who_holds_it_goes_on_where_the_customer_went(account: Account) -> None:
    house = account.house
    web = on_the_web(house)
    house.conversations.request_human(web, reason="asked_for")
    house.handling.claim(web, AGENT)
    account.say(f"接着办 {house.joining.offer(web, 'm1:join')}")
    house.handling.reply(web, AGENT, "我在这里等您", "r1", house.conversations.newest(web))
    account.deliver()
    assert account.seen()[-1].endswith("我在这里等您")


def test_a_code_is_good_once_and_for_ten_minutes(account: Account) -> None:
    house = account.house
    web = on_the_web(house)
    first, late = house.joining.offer(web, "m1:join"), house.joining.offer(web, "m2:join")
    account.say(f"接着办 {first}")
    account.say(f"接着办 {first}", openid=BEN)
    assert "用过了" in account.seen(BEN)[-1] and account.conversation(BEN) != web
    house.clock.advance(minutes=11)  # type: ignore[attr-defined]
    account.say(f"接着办{late}", openid=BEN)
    assert "过期" in account.seen(BEN)[-1]
    account.say("接着办 00000000", openid=BEN)
    assert account.conversation(BEN) != web


def test_a_repeated_delivery_joins_once_and_is_answered_alike(account: Account) -> None:
    code = account.house.joining.offer(on_the_web(account.house), "m1:join")
    xml = account.xml("text", MsgId="5", Content=f"接着办 {code}")
    account.server.said(ANNA, "x")
    for _ in range(2):
        account.push(xml)
    assert [status for status in account.statuses] == [200, 200] and "success" not in account.bodies
    assert [text for _, text in account.thread()].count("[接着网页上的对话]") == 1


@pytest.mark.parametrize("state", ["queued", "agent"])
def test_nobody_is_taken_away_from_a_person_at_work(plain: Account, state: str) -> None:
    house = plain.house
    plain.say("您好")
    mine = plain.conversation()
    house.conversations.request_human(mine, reason="asked_for")
    if state == "agent":
        house.handling.claim(mine, AGENT)
    plain.say(f"接着办 {house.joining.offer(on_the_web(house), 'm1:join')}")
    assert plain.conversation() == mine


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("接着办 12345678", "12345678"),
        ("接着办12345678。", "12345678"),
        (" 接着办:12345678 ", "12345678"),
        ("接着办 1234567", None),
        ("请接着办 12345678", None),
        ("12345678", None),
        ("", None),
    ],
)
def test_only_the_whole_sentence_is_a_code(text: str, code: str | None) -> None:
    assert read_join_code(text) == code
