"""Outages: told to those they touch, by their place on the network or by the words for it, while they last."""

from datetime import timedelta

import pytest

from bot.clock import FixedClock
from bot.outages import Outages
from bot.outages.tables import ACTIVE, ANNOUNCED, PLANNED, UNPLANNED, NoPowerReport, Outage
from bot.storage.engine import Database


@pytest.fixture
def outages(any_db: Database, clock: FixedClock) -> Outages:
    now = clock.now()
    with any_db.write() as session:
        session.add_all(
            [
                Outage(
                    id="U",
                    kind=UNPLANNED,
                    node="F-1",
                    places=["颍川路"],
                    cause=None,
                    status=ACTIVE,
                    starts_at=now - timedelta(minutes=30),
                    expected_restoration=now + timedelta(hours=2),
                ),
                Outage(
                    id="P",
                    kind=PLANNED,
                    node="F-2",
                    places=["人民路"],
                    cause="检修",
                    status=ANNOUNCED,
                    starts_at=now + timedelta(hours=23),
                    expected_restoration=now + timedelta(hours=31),
                ),
                Outage(
                    id="FAR",
                    kind=PLANNED,
                    node="F-3",
                    places=["老街"],
                    cause="检修",
                    status=ANNOUNCED,
                    starts_at=now + timedelta(days=30),
                    expected_restoration=now + timedelta(days=31),
                ),
            ]
        )
    return Outages(any_db, clock)


def test_an_outage_touches_what_lies_below_its_node(outages: Outages) -> None:
    assert [o.id for o in outages.affecting(["T-9", "F-1"])] == ["U"]
    assert outages.affecting(["T-9"]) == []


def test_an_outage_is_found_by_the_words_for_its_place(outages: Outages) -> None:
    assert [o.id for o in outages.by_place("颍川路9号院没电了")] == ["U"]
    assert [o.id for o in outages.by_place("潁川路沒電了")] == ["U"]
    assert outages.by_place("老街停电吗") == []


def test_a_planned_outage_is_announced_and_then_under_way(outages: Outages, clock: FixedClock) -> None:
    assert not outages.affecting(["F-2"])[0].under_way
    clock.advance(hours=24)
    assert outages.affecting(["F-2"])[0].under_way
    clock.advance(hours=8)
    assert outages.affecting(["F-2"]) == []


def test_a_restored_outage_is_told_no_more(outages: Outages) -> None:
    outages.restore("U")
    assert outages.affecting(["F-1"]) == []


def test_a_revised_time_is_told_as_revised_and_the_old_one_kept(outages: Outages, clock: FixedClock) -> None:
    assert outages.revise("U", clock.now() + timedelta(hours=4), "故障点比预计多") == 1
    view = outages.affecting(["F-1"])[0]
    assert view.revised and view.expected_restoration == clock.now() + timedelta(hours=4)


def test_a_report_is_kept_once_for_a_request(outages: Outages, any_db: Database) -> None:
    for _ in range(2):
        outages.report_no_power("c1", "m1", place="老街", account_no=None, neighbours="out")
    with any_db.read() as session:
        assert session.query(NoPowerReport).count() == 1
