"""What the desk says of channels: by which one each message came, and how many WeChat still lets an agent send."""

import pytest

from bot.clock import FixedClock
from bot.conversations.intake import InboundMessage
from bot.storage.engine import Database
from tests.desk.conftest import Desk, make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes"]
OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


@pytest.fixture
def desk(db: Database, clock: FixedClock) -> Desk:
    keys = {
        "wechat_app_id": "wx-test",
        "wechat_app_secret": "s",
        "wechat_token": "t",
        "wechat_api_url": "http://127.0.0.1",
    }
    return make_desk(db, clock, **keys)


def by_wechat(desk: Desk, text: str = "您好", name: str = "1") -> str:
    inbound = InboundMessage(text=text, channel="wechat", address=OPENID, client_id=name)
    conversation = desk.house.conversations.receive(inbound).conversation_id
    with desk.house.db.write() as session:
        desk.house.wechat.quota.opened(session, OPENID, desk.house.clock.now(), by_message=True)  # type: ignore[union-attr]
    return conversation


def held(desk: Desk, conversation: str):  # type: ignore[no-untyped-def]
    desk.house.conversations.request_human(conversation, reason="asked_for")
    agent = desk.as_("agent")
    agent.post(f"/desk/c/{conversation}/claim")
    return agent


def test_what_may_still_be_sent_and_until_when_is_shown_to_whoever_holds_it(desk: Desk) -> None:
    conversation = by_wechat(desk)
    agent = held(desk, conversation)
    assert "微信还能发 5 条,到 11月26日 09:00" in agent.get(f"/desk/c/{conversation}").text
    desk.house.wechat.quota.spend(OPENID, 3)  # type: ignore[union-attr]
    assert "微信还能发 2 条" in agent.get(f"/desk/c/{conversation}/quota").text
    desk.house.clock.advance(hours=40)  # type: ignore[attr-defined]
    assert "微信还能发 2 条,到 09:00" in held(desk, conversation).get(f"/desk/c/{conversation}/quota").text


def test_nothing_left_is_said_with_what_becomes_of_the_answer(desk: Desk) -> None:
    conversation = by_wechat(desk)
    agent = held(desk, conversation)
    desk.house.wechat.quota.exhausted(OPENID)  # type: ignore[union-attr]
    assert "微信现在不能发" in agent.get(f"/desk/c/{conversation}/quota").text
    desk.house.clock.advance(minutes=1)  # type: ignore[attr-defined]
    by_wechat(desk, "在吗", "2")
    assert "微信还能发 5 条" in agent.get(f"/desk/c/{conversation}/quota").text


def test_others_and_other_channels_see_no_quota(desk: Desk) -> None:
    conversation = by_wechat(desk)
    held(desk, conversation)
    assert "微信还能发" not in desk.as_("supervisor").get(f"/desk/c/{conversation}/quota").text
    web = desk.waiting()
    assert "微信还能发" not in held(desk, web).get(f"/desk/c/{web}").text


def test_each_message_says_by_which_channel_it_came(desk: Desk) -> None:
    conversation = by_wechat(desk, "微信里说的")
    desk.house.conversations.receive(InboundMessage(conversation, text="网页上说的"))
    page = held(desk, conversation).get(f"/desk/c/{conversation}").text
    for words, channel in (("微信里说的", "微信"), ("网页上说的", "网页")):
        head = page[: page.index(f'<p class="bubble">{words}')]
        assert head.rsplit('<span class="via">', 1)[1].startswith(channel)
