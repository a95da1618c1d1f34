"""The way out: one token for all, refusals by their kind, notices by template, another way when nothing is left."""

import threading

import httpx
import pytest
from sqlalchemy import func, select

from bot.channels.demo.faults import Faults
from bot.channels.demo.tables import DemoWechatToken
from bot.channels.wechat.api import WechatApi
from bot.channels.wechat.carrier import WechatCarrier
from bot.channels.wechat.grants import Grants
from bot.channels.wechat.profile import MenuColumn, Notice, WechatProfile, load_wechat_profile
from bot.channels.wechat.tables import WechatToken, WechatWindow
from bot.channels.wechat.tokens import AccessTokens
from bot.clock import FixedClock
from bot.conversations.carriers import NotCarried, Parcel
from bot.conversations.tables import Delivery
from bot.errors import ConfigurationError
from bot.storage.engine import Database
from tests.channels.wechat.conftest import ANNA, SECRET, Account


def states(account: Account) -> list[tuple[str, str | None]]:
    with account.house.db.read() as session:
        return [(d.state, d.last_error) for d in session.scalars(select(Delivery).order_by(Delivery.created_at))]


def tokens_given(account: Account) -> int:
    with account.house.db.read() as session:
        return session.scalar(select(func.count()).select_from(DemoWechatToken)) or 0


def said(account: Account, text: str = "您好") -> None:
    """The follower has written, and a notice of that text is on its way."""
    account.server.said(ANNA, "在吗")
    with account.house.db.write() as session:
        account.parts.quota.opened(session, ANNA, account.house.clock.now(), by_message=True)
        number = session.scalar(select(func.count()).select_from(Delivery))
        account.house.outbox.put(session, channel="wechat", address=ANNA, text=text, request_key=f"n{number}")


def test_many_processes_share_one_token_that_one_of_them_fetched(any_db: Database, clock: FixedClock) -> None:
    fetched, got, late = [], [], []

    def fetch(force: bool) -> tuple[str, int]:
        fetched.append(force)
        return "token", 7200

    def ask(number: int) -> None:
        try:
            got.append(AccessTokens(any_db, clock, "wx", f"process {number}", fetch).get())
        except NotCarried as refused:
            late.append(refused.cure)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == [False] and set(got) == {"token"} and set(late) <= {"retry"}


def test_a_token_is_renewed_before_its_end_and_the_old_one_serves_meanwhile(db: Database, clock: FixedClock) -> None:
    names = iter(["first", "second"])
    mine = AccessTokens(db, clock, "wx", "a", lambda _: (next(names), 7200))
    assert mine.get() == "first"
    clock.advance(seconds=7200 - 200)
    with db.write() as session:
        row = session.get_one(WechatToken, "wx")
        row.lease_owner, row.lease_until = "b", clock.now().replace(year=2027)
    assert mine.get() == "first"
    with db.write() as session:
        session.get_one(WechatToken, "wx").lease_until = None
    assert mine.get() == "second"


def test_a_process_that_died_while_fetching_does_not_keep_the_others_waiting(db: Database, clock: FixedClock) -> None:
    def fails(force: bool) -> tuple[str, int]:
        raise NotCarried("retry", "unreachable")

    with pytest.raises(NotCarried):
        AccessTokens(db, clock, "wx", "a", fails).get()
    with db.write() as session:
        row = session.get_one(WechatToken, "wx")
        row.lease_owner, row.lease_until = "dead", clock.now()
    clock.advance(seconds=1)
    assert AccessTokens(db, clock, "wx", "b", lambda _: ("token", 7200)).get() == "token"


def test_a_token_that_is_refused_though_it_should_hold_is_replaced_by_force_and_not_too_often(
    db: Database, clock: FixedClock
) -> None:
    forced = []

    def fetch(force: bool) -> tuple[str, int]:
        forced.append(force)
        return ("new" if any(forced) else "old"), 7200

    tokens = AccessTokens(db, clock, "wx", "a", fetch)
    assert tokens.get() == "old"
    tokens.refused("old")
    assert tokens.get() == "new" and forced == [False, False, True]
    tokens.refused("new")
    assert tokens.get() == "new" and forced == [False, False, True, False]


def test_a_refused_token_is_refreshed_and_the_message_goes_out_at_once(account: Account) -> None:
    said(account)
    with account.house.db.write() as session:
        session.add(
            WechatToken(app_id="wx-test", token="stolen", expires_at=account.house.clock.now().replace(year=2027))
        )
    account.deliver()
    assert states(account) == [("sent", None)] and account.seen() == ["您好"]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (-1, "queued"),
        (45009, "queued"),
        (45011, "queued"),
        (40164, "queued"),
        (48001, "queued"),
        (0, "queued"),  # the server is down
        (45015, "queued"),
        (45047, "queued"),
        (40003, "given_up"),
        (43004, "given_up"),
        (45002, "given_up"),
        (99999, "given_up"),
    ],
)
def test_a_refusal_is_tried_again_or_given_up_by_its_kind_and_stays_on_record(
    sealed: Account, code: int, state: str
) -> None:
    said(sealed)
    Faults(sealed.house.db).order("wechat", code, 1)
    sealed.deliver()
    assert states(sealed) == [(state, f"wechat_{code}" if code else "http_502")]
    left = sealed.parts.quota.left(ANNA).messages
    assert left == (0 if code in (45015, 45047) else 5)


def test_nobody_there_is_a_passing_failure(db: Database, clock: FixedClock) -> None:
    api = WechatApi(db, clock, "http://127.0.0.1:9", "wx", "secret", "a")
    with pytest.raises(NotCarried) as refused:
        api.send(ANNA, "text", {"content": "您好"})
    assert (refused.value.cure, refused.value.code) == ("retry", "unreachable")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errcode": "x"}', b"\xff"])
def test_an_answer_that_makes_no_sense_is_a_passing_failure(db: Database, clock: FixedClock, body: bytes) -> None:
    api = WechatApi(db, clock, "http://wechat.test", "wx", "secret", "a")
    api._http = httpx.Client(
        base_url="http://wechat.test", transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    )
    with pytest.raises(NotCarried) as refused:
        api.send(ANNA, "text", {"content": "您好"})
    assert refused.value.cure == "retry"


def test_a_wrong_secret_is_a_matter_for_a_person_and_loses_nothing(sealed: Account) -> None:
    said(sealed)
    sealed.server._app_secret = "another"
    sealed.deliver()
    assert states(sealed) == [("queued", "wechat_40125")]
    sealed.server._app_secret = SECRET
    sealed.house.clock.advance(minutes=2)  # type: ignore[attr-defined]
    sealed.deliver()
    assert states(sealed) == [("sent", None)]


def parcel(**fields: object) -> Parcel:
    plain = {"id": "d", "channel": "wechat", "address": ANNA, "kind": "outage", "text": "明天停电", "attempts": 1}
    return Parcel(**(plain | fields))  # type: ignore[arg-type]


def carrier(account: Account, **notices: Notice) -> WechatCarrier:
    parts = account.parts
    profile = WechatProfile(notices=notices)
    return WechatCarrier(parts.api, parts.quota, parts.grants, profile, lambda _: None, menus=False)


def test_a_notice_goes_by_its_template_and_is_reported_by_its_id(sealed: Account) -> None:
    way = carrier(sealed, outage=Notice(template_id="t1", fields={"thing1": "what", "time2": "missing"}))
    name = way.send(parcel(data={"what": "明天 8:00–16:00 停电"}))
    assert name and sealed.kinds() == ["template"] and "明天 8:00–16:00 停电" in sealed.seen()[0]


def test_a_subscription_message_needs_an_acceptance_for_each(account: Account) -> None:
    grants = Grants(account.house.db)
    way = carrier(account, outage=Notice(template_id="t1", way="subscription", fields={"thing1": "what"}))
    with pytest.raises(NotCarried) as refused:
        way.send(parcel())
    assert refused.value.code == "not_subscribed"
    popup = "<SubscribeMsgPopupEvent><List><TemplateId>t1</TemplateId><SubscribeStatusString>accept"
    popup += "</SubscribeStatusString></List></SubscribeMsgPopupEvent>"
    event = account.xml("event", Event="subscribe_msg_popup_event").replace("</xml>", popup + "</xml>")
    assert account.push(event) == (200, "success")
    assert way.send(parcel(data={"what": "x"})) is None and account.kinds() == ["template"]
    assert not grants.spend(ANNA, "t1")
    grants.give(ANNA, "t1")
    grants.withdraw(ANNA, "t1")
    assert not grants.spend(ANNA, "t1")


def test_a_notice_without_a_template_goes_as_a_message_while_it_may(sealed: Account) -> None:
    with pytest.raises(NotCarried) as refused:
        carrier(sealed).send(parcel())
    assert (refused.value.cure, refused.value.code) == ("give_up", "no_template")


def test_a_report_of_wechat_settles_a_template_message(account: Account) -> None:
    with account.house.db.write() as session:
        account.house.outbox.put(session, channel="wechat", address=ANNA, text="x", request_key="k", kind="outage")
        delivery = session.scalars(select(Delivery)).one()
        delivery.state, delivery.provider_id = "sent", "77"
    account.push(account.xml("event", Event="TEMPLATESENDJOBFINISH", MsgID="77", Status="failed:user block"))
    assert states(account) == [("failed", "failed:user block")]
    account.push(account.xml("event", Event="TEMPLATESENDJOBFINISH", MsgID="77", Status="success"))
    assert states(account) == [("delivered", None)]


def test_what_cannot_be_sent_is_announced_elsewhere_once(sealed: Account, clock: FixedClock) -> None:
    told: list[str] = []
    parts = sealed.parts
    way = WechatCarrier(parts.api, parts.quota, parts.grants, WechatProfile(), told.append, menus=False)
    with sealed.house.db.write() as session:
        session.add(WechatWindow(openid=ANNA, left=0, until=clock.now().replace(year=2027)))
    for _ in range(3):
        with pytest.raises(NotCarried) as refused:
            way.send(parcel(conversation_id="c"))
        assert refused.value.cure == "wait"
    assert told == [ANNA]


def test_the_menu_of_the_supplier_is_taken_by_wechat(sealed: Account) -> None:
    sealed.parts.api.set_menu(load_wechat_profile().menu_body())
    with pytest.raises(NotCarried):
        sealed.parts.api.set_menu(WechatProfile().menu_body())


def test_a_menu_item_does_one_thing(tmp_path: object) -> None:
    with pytest.raises(ValueError):
        MenuColumn.model_validate({"name": "电费", "items": [{"name": "查电费"}]})
    bad = tmp_path / "wechat.yml"  # type: ignore[operator]
    bad.write_text("menu: [{name: 一个太长的名字, items: []}]", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_wechat_profile(bad)
