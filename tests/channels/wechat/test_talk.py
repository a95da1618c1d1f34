"""Talking in WeChat: answers within the call or after it, every kind of message, the agent's words, the quota."""

import asyncio
import io

import pytest
from PIL import Image

from bot.channels.demo.wechat_server import IN_CALL
from bot.channels.wechat.carrier import MAX_BYTES, split
from bot.clock import FixedClock
from bot.conversations.handling import Handler
from bot.conversations.tables import Conversation, Delivery, Message
from bot.replies.cards import Option
from bot.replies.cards.handoff import AgentReply
from bot.replies.cards.talk import Clarify, Thank
from tests.channels.wechat.conftest import ANNA, BEN, Account, Scene

AGENT = Handler("anna", "安娜")


def test_an_answer_in_time_goes_out_within_the_call_and_costs_nothing(account: Account) -> None:
    account.say("谢谢")
    account.house.clock.advance(minutes=1)  # type: ignore[attr-defined]
    account.deliver()
    assert account.kinds() == [IN_CALL]
    assert account.seen() == [text for author, text in account.thread() if author == "bot"]
    assert account.parts.quota.left(ANNA).messages == 5


def test_a_slow_answer_is_announced_in_the_call_and_follows(account: Account, clock: FixedClock) -> None:
    account.patience = 0.1
    account.dialogue.gate = asyncio.Event()

    async def scene(scene: Scene) -> None:
        account.dialogue.gate = asyncio.Event()
        await scene.phone.say(ANNA, "谢谢")
        assert account.seen() == ["已收到,正在处理,请稍等。急事打 95598。"]
        account.dialogue.gate.set()

    account.run(scene)
    clock.advance(seconds=5)
    account.deliver()
    assert account.kinds() == [IN_CALL, "text"]
    assert account.parts.quota.left(ANNA).messages == 4


def test_several_cards_go_out_as_one_answer(account: Account) -> None:
    account.dialogue.answers = [[Thank(), Clarify(options=[Option(title="查电费", intent="check_bill")])]]
    account.say("嗯")
    assert len(account.seen()) == 1 and account.seen()[0].endswith("1. 查电费")
    account.say("1")
    with account.house.db.read() as session:
        chosen = session.get_one(Message, (account.conversation(), 4)).chosen
    assert chosen is not None and chosen["intent"] == "check_bill"


def test_the_same_delivery_three_times_at_once_is_answered_once_and_alike(account: Account) -> None:
    account.say("查电费", times=3)
    assert account.statuses == [200] * 3 and "success" not in account.bodies
    assert len(account.dialogue.asked) == 1
    assert [author for author, _ in account.thread()] == ["customer", "bot"]


@pytest.mark.parametrize("mode", ["sealed", "plain"])
def test_danger_is_answered_in_the_call_before_the_dialogue(mode: str, request: pytest.FixtureRequest) -> None:
    account: Account = request.getfixturevalue(mode)
    account.dialogue.answers = [RuntimeError("down")]
    account.say("电线断了掉在路上冒火花")
    assert "别靠近别碰" in account.seen()[0] and "已报急修" in account.seen()[0]
    assert account.house.conversations.view(account.conversation(), 0).state == "queued"


@pytest.mark.parametrize("state", ["bot", "queued", "agent", "closed"])
def test_danger_is_answered_at_once_in_every_state(plain: Account, state: str) -> None:
    plain.say("您好")
    conversation, house = plain.conversation(), plain.house
    if state in ("queued", "agent", "closed"):
        house.conversations.request_human(conversation, reason="asked_for")
    if state in ("agent", "closed"):
        house.handling.claim(conversation, AGENT)
    if state == "closed":
        house.handling.close(conversation, AGENT, house.conversations.newest(conversation))
    plain.say("有人触电了")
    assert "别用手拉" in plain.seen()[-1]


def test_spoken_danger_is_danger(account: Account) -> None:
    account.push(account.xml("voice", MsgId="1", MediaId="m1", Format="amr", Recognition="我家电表箱冒烟了"))
    assert account.house.conversations.view(account.conversation(), 0).state == "queued"


def test_a_voice_with_its_words_is_read_and_its_recording_kept(account: Account) -> None:
    media = account.server.keep(b"#!AMR\nxx", "audio/amr")
    account.push(account.xml("voice", MsgId="1", MediaId=media, Format="amr", Recognition="查一下电费"))
    account.fetch()
    message = account.house.conversations.view(account.conversation(), 0).messages[0]
    assert (message.text, message.card and message.card["kind"]) == ("查一下电费", "voice")
    kept = account.house.pictures.read(message.conversation_id, message.card["attachment_id"])  # type: ignore[index]
    assert (kept.data, kept.media_type) == (b"#!AMR\nxx", "audio/amr")


def test_a_voice_without_words_is_kept_and_a_call_offered(account: Account) -> None:
    media = account.server.keep(b"#!AMR\nxx", "audio/amr")
    status, body = account.push(account.xml("voice", MsgId="1", MediaId=media, Format="amr"))
    account.fetch()
    assert status == 200 and body != "success"
    assert account.thread()[1][1].startswith("没听清这条语音。请打字,或回复 1 我请人给您打电话。")
    message = account.house.conversations.view(account.conversation(), 0).messages[0]
    assert account.house.pictures.read(message.conversation_id, message.card["attachment_id"]).data  # type: ignore[index]
    account.say("1")
    with account.house.db.read() as session:
        assert session.get_one(Message, (account.conversation(), 3)).chosen["intent"] == "request_human"  # type: ignore[index]


def test_a_picture_is_fetched_and_kept_once(account: Account, clock: FixedClock) -> None:
    media = account.server.keep(_jpeg(), "image/jpeg")
    account.server.said(ANNA, "[图片]")
    xml = account.xml("image", MsgId="7", MediaId=media, PicUrl="http://elsewhere.test/x")
    for _ in range(2):
        assert account.push(xml) == (200, "success")
        account.fetch()
    clock.advance(seconds=5)
    account.deliver()
    assert account.thread()[0] == ("customer", "[图片]")
    assert len(account.seen()) == 1 and "图片收到了" in account.seen()[0]


def test_a_picture_that_cannot_be_had_is_said_to_be_lost(account: Account, clock: FixedClock) -> None:
    account.server.said(ANNA, "[图片]")
    account.push(account.xml("image", MsgId="7", MediaId="gone"))
    account.fetch()
    clock.advance(seconds=5)
    account.deliver()
    assert account.seen() == ["刚才的图片没有收到,请再发一次,或者用一句话说说。"]


def test_a_place_a_menu_a_film_and_a_newcomer(account: Account) -> None:
    account.push(account.xml("location", MsgId="1", Location_X="34.2", Location_Y="113.7", Label="长葛市人民路1号"))
    account.push(account.xml("event", Event="CLICK", EventKey="查电费"))
    account.push(account.xml("video", MsgId="2", MediaId="m"))
    account.push(account.xml("event", Event="subscribe", openid=BEN))
    assert [text for author, text in account.thread() if author == "customer"] == [
        "我在长葛市人民路1号",
        "查电费",
        "[视频、链接或文件]",
    ]
    assert [author for author, _ in account.thread(BEN)] == ["customer", "system"]
    assert "智能客服" in account.thread(BEN)[1][1]


@pytest.mark.parametrize("event", ["LOCATION", "VIEW", "some_new_event", "unsubscribe", "SCAN"])
def test_events_that_say_nothing_are_taken_without_a_word(account: Account, event: str) -> None:
    assert account.push(account.xml("event", Event=event)) == (200, "success")
    assert account.push(account.xml("nonsense", MsgId="1")) == (200, "success")


@pytest.mark.parametrize("text", ["👨‍👩‍👧‍👦停电了⚡️", "𠮷家", "]]>&lt;script&gt;", "{{ 7*7 }}", "/restart"])
def test_whatever_is_typed_stands_as_it_was_typed(account: Account, text: str) -> None:
    account.say(text)
    assert account.thread()[0] == ("customer", text)


def test_an_agents_words_go_out_and_are_counted(account: Account, clock: FixedClock) -> None:
    account.say("转人工")
    conversation, house = account.conversation(), account.house
    house.conversations.request_human(conversation, reason="asked_for")
    house.handling.claim(conversation, AGENT)
    for number in range(7):
        house.handling.reply(conversation, AGENT, f"第{number}句", f"r{number}", 0)
        account.deliver()
    assert account.seen()[-1].startswith("第4句") and "最后一条" in account.seen()[-1]
    assert account.parts.quota.left(ANNA).messages == 0
    account.say("好的")  # the call carries away what had to wait
    assert account.seen()[-1] == "第5句\n\n第6句"


def test_the_ledger_tells_how_many_and_until_when(account: Account, clock: FixedClock) -> None:
    account.say("您好")
    left = account.parts.quota.left(ANNA)
    assert (left.messages, (left.until - clock.now()).total_seconds()) == (5, 48 * 3600)
    clock.advance(hours=49)
    assert account.parts.quota.left(ANNA).messages == 0
    account.push(account.xml("event", Event="SCAN"))
    assert account.parts.quota.left(ANNA).messages == 3
    clock.advance(minutes=2)
    assert account.parts.quota.left(ANNA).messages == 0


def test_options_may_be_a_menu_to_tap(with_menus: Account, clock: FixedClock) -> None:
    with_menus.say("您好")
    conversation, house = with_menus.conversation(), with_menus.house
    with house.db.write() as session:
        held = session.get_one(Conversation, conversation)
        card = Clarify(options=[Option(title="查电费", intent="check_bill"), Option(title="交电费", intent="pay_bill")])
        message = house.thread.say(session, held, card)
    with_menus.deliver()
    assert with_menus.kinds()[-1] == "msgmenu" and with_menus.seen()[-1].endswith("\n查电费\n交电费")
    chosen = message.options[1]["id"]
    with_menus.push(with_menus.xml("text", MsgId="9", Content="交电费", bizmsgmenuid=chosen))
    with house.db.read() as session:
        assert session.get_one(Message, (conversation, message.seq + 1)).chosen["intent"] == "pay_bill"  # type: ignore[index]


def test_a_long_text_goes_out_in_parts_that_fit(account: Account, clock: FixedClock) -> None:
    account.say("您好")
    with account.house.db.write() as session:
        held = session.get_one(Conversation, account.conversation())
        account.house.thread.say(session, held, AgentReply(agent="安娜", text="长" * 1500), author="agent")
    account.deliver()
    said = account.seen()[1:]
    assert "".join(said) == "长" * 1500
    assert account.parts.quota.left(ANNA).messages == 5 - len(said)


@pytest.mark.parametrize("text", ["短", "a" * 5000, "行\n" * 2000, "😀" * 1500, ""])
def test_parts_lose_nothing_and_fit(text: str) -> None:
    parts = split(text)
    assert all(len(part.encode()) <= MAX_BYTES for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_deliveries_keep_no_words_in_their_errors(account: Account) -> None:
    account.say("您好")
    with account.house.db.read() as session:
        assert session.query(Delivery).filter(Delivery.last_error.is_not(None)).count() == 0


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()
