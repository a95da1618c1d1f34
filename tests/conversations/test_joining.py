"""Going on elsewhere when several want the same at the same moment: of two addresses one gets the conversation."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.channels.web.greeting import greeting
from bot.clock import FixedClock
from bot.conversations.intake import InboundMessage
from bot.conversations.joining import Joining
from bot.conversations.tables import ChannelAddress, Conversation
from bot.storage.engine import Database
from tests.conversations.conftest import Room, make_room

SECRET = b"a secret of the tests, 32 bytes.."


@pytest.fixture
def room(any_db: Database, clock: FixedClock) -> Room:
    return make_room(any_db, clock)


@pytest.fixture
def joining(any_db: Database, clock: FixedClock) -> Joining:
    return Joining(any_db, clock, SECRET)


def on_the_web(room: Room) -> str:
    return room.conversations.start("web", greeting(), address_hash="a", per_minute=60)


def owners(db: Database, conversation: str) -> list[str]:
    found = select(ChannelAddress.address).where(ChannelAddress.conversation_id == conversation)
    with db.read() as session:
        return list(session.scalars(found))


@pytest.mark.parametrize("known", [True, False])
def test_of_two_who_use_one_code_at_once_one_wins(
    room: Room, joining: Joining, any_db: Database, *, known: bool
) -> None:
    web, addresses = on_the_web(room), [f"openid-{n}" for n in range(6)]
    if known:
        for address in addresses:
            room.conversations.receive(
                InboundMessage(text="您好", channel="wechat", address=address, client_id=address)
            )
            room.serve(joining_conversation(any_db, address))
    code = joining.offer(web, "m1:join")
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda address: joining.join("wechat", address, code), addresses))
    assert sorted(outcome for outcome, _ in outcomes) == ["joined", *["unknown"] * 5]
    winner = next(address for address, outcome in zip(addresses, outcomes, strict=True) if outcome[0] == "joined")
    assert owners(any_db, web) == [winner]


def joining_conversation(db: Database, address: str) -> str:
    with db.read() as session:
        return session.get_one(ChannelAddress, ("wechat", address)).conversation_id


def test_one_who_uses_a_code_several_times_at_once_has_joined_once(
    room: Room, joining: Joining, any_db: Database
) -> None:
    web = on_the_web(room)
    code = joining.offer(web, "m1:join")
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: joining.join("wechat", "openid-1", code), range(6)))
    assert outcomes == [("joined", web)] * 6
    assert owners(any_db, web) == ["openid-1"]


def test_asked_for_several_times_at_once_there_is_one_code(room: Room, joining: Joining) -> None:
    web = on_the_web(room)
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(lambda _: joining.offer(web, "m1:join"), range(6)))) == 1


def test_what_is_left_behind_sends_nothing_more(room: Room, joining: Joining, any_db: Database) -> None:
    received = room.conversations.receive(
        InboundMessage(text="您好", channel="wechat", address="openid-1", client_id="1")
    )
    room.serve(received.conversation_id)
    joining.join("wechat", "openid-1", joining.offer(on_the_web(room), "m1:join"))
    with any_db.read() as session:
        assert session.get_one(Conversation, received.conversation_id).address is None
