"""The outbox: stored once, tried until it is out or given up on record, secrets forgotten afterwards."""

from sqlalchemy import select

from bot.clock import FixedClock, new_id
from bot.conversations.carriers import Parcel
from bot.conversations.outbox import Outbox, deliver
from bot.conversations.tables import Delivery
from bot.errors import LamplighterError, Unavailable
from bot.storage.engine import Database


class Carrier:
    def __init__(self, failures: list[LamplighterError]) -> None:
        self.failures = failures
        self.sent: list[tuple[str, str]] = []

    def send(self, parcel: Parcel) -> str | None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((parcel.address, parcel.text))
        return f"p-{len(self.sent)}"


def one(db: Database) -> Delivery:
    with db.read() as session:
        return session.scalars(select(Delivery)).one()


def test_the_same_request_key_is_sent_once(any_db: Database, clock: FixedClock) -> None:
    outbox, carrier = Outbox(any_db, clock, new_id), Carrier([])
    for _ in range(2):
        outbox.send("13800000017", "验证码 123456", "m1:code")
    assert deliver(outbox, {"sms": carrier}) == 1
    assert deliver(outbox, {"sms": carrier}) == 0
    assert carrier.sent == [("13800000017", "验证码 123456")]


def test_a_sent_code_does_not_stay_in_the_database(any_db: Database, clock: FixedClock) -> None:
    outbox = Outbox(any_db, clock, new_id)
    outbox.send("13800000017", "验证码 123456", "m1:code")
    deliver(outbox, {"sms": Carrier([])})
    assert (one(any_db).state, one(any_db).text) == ("sent", "")


def test_a_passing_failure_is_tried_again_after_a_pause(any_db: Database, clock: FixedClock) -> None:
    outbox, carrier = Outbox(any_db, clock, new_id), Carrier([Unavailable("down")])
    outbox.send("13800000017", "验证码 123456", "m1:code")
    deliver(outbox, {"sms": carrier})
    assert deliver(outbox, {"sms": carrier}) == 0
    clock.advance(seconds=2)
    assert deliver(outbox, {"sms": carrier}) == 1
    assert len(carrier.sent) == 1


def test_a_permanent_failure_and_a_missing_carrier_are_given_up_on_record(any_db: Database, clock: FixedClock) -> None:
    outbox = Outbox(any_db, clock, new_id)
    outbox.send("13800000017", "验证码 123456", "m1:code")
    deliver(outbox, {})
    assert (one(any_db).state, one(any_db).last_error, one(any_db).text) == ("given_up", "no_carrier", "")


def test_a_parcel_whose_sender_died_is_tried_again_after_its_lease(any_db: Database, clock: FixedClock) -> None:
    outbox = Outbox(any_db, clock, new_id)
    outbox.send("13800000017", "验证码 123456", "m1:code")
    assert len(outbox.take()) == 1
    assert outbox.take() == []
    clock.advance(seconds=61)
    assert len(outbox.take()) == 1
