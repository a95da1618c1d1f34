"""What becomes of a follower's bindings: told by another way that something waits, and let go when they leave."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.channels.wechat.followers import WAITING, Followers
from bot.channels.wechat.profile import Notice, WechatProfile
from bot.clock import FixedClock
from bot.conversations.tables import Delivery
from bot.identity import Identity
from bot.secrets import installation_secret
from bot.storage.engine import Database
from tests.channels.wechat.conftest import ANNA, Account, make_account
from tests.demo_data import Phones, phones, prove, seeded, seeded_file

__all__ = ["phones", "seeded", "seeded_file"]
WANG, PHONE = "4100000017", "13800000017"


@pytest.fixture
def account(seeded: Database, clock: FixedClock) -> Iterator[Account]:
    yield from make_account(seeded, clock)


@pytest.fixture
def identity(account: Account, phones: Phones) -> Identity:
    """The house's own, but for where its codes and words go."""
    house = account.house
    return Identity(house.db, house.clock, house.settings, phones, installation_secret(house.settings))


@pytest.fixture
def bound(account: Account, phones: Phones, identity: Identity) -> Account:
    """Anna's WeChat holds the account of Wang."""
    identity.bindings.bind("wechat", ANNA, WANG, prove(identity, phones, WANG), request_key="m1:bind")
    return account


def followers(account: Account, identity: Identity, profile: WechatProfile | None = None) -> Followers:
    house = account.house
    rooms = (house.db, house.clock, house.new_id, house.outbox, identity)
    return Followers(*rooms, profile or WechatProfile(), house.supplier_files.supplier)


def waiting(account: Account) -> list[tuple[str, str, str]]:
    find = select(Delivery).where(Delivery.kind == WAITING)
    with account.house.db.read() as session:
        return [(d.channel, d.address, d.text) for d in session.scalars(find)]


def test_whoever_has_bound_an_account_is_told_by_sms_and_nothing_of_what_waits(
    bound: Account, identity: Identity
) -> None:
    followers(bound, identity).tell_elsewhere(ANNA)
    ((channel, address, text),) = waiting(bound)
    assert (channel, address) == ("sms", PHONE)
    assert "微信" in text and "95598" in text and "王秀英" not in text and WANG not in text


def test_with_a_template_of_its_own_it_stays_in_wechat(bound: Account, identity: Identity) -> None:
    notice = Notice(way="template", template_id="t1", fields={"thing1": "what"})
    followers(bound, identity, WechatProfile(notices={WAITING: notice})).tell_elsewhere(ANNA)
    assert [(channel, address) for channel, address, _ in waiting(bound)] == [("wechat", ANNA)]


def test_whoever_has_bound_nothing_reads_it_when_they_write(account: Account, identity: Identity) -> None:
    followers(account, identity).tell_elsewhere(ANNA)
    assert waiting(account) == []


def test_a_full_quota_reaches_the_phone_once(bound: Account) -> None:
    bound.say("您好")
    conversation, house = bound.conversation(), bound.house
    bound.parts.quota.exhausted(ANNA)
    for number in range(2):
        with house.db.write() as session:
            house.outbox.put(
                session,
                channel="wechat",
                address=ANNA,
                text="您好",
                request_key=f"r{number}",
                conversation_id=conversation,
                seq=90 + number,
            )
        bound.deliver()
    assert [address for _, address, _ in waiting(bound)] == [PHONE]


def test_who_stops_following_is_bound_to_nothing(bound: Account, identity: Identity) -> None:
    assert bound.push(bound.xml("event", Event="unsubscribe")) == (200, "success")
    assert identity.bindings.accounts_of("wechat", ANNA) == ()
    assert bound.push(bound.xml("event", Event="unsubscribe")) == (200, "success")
