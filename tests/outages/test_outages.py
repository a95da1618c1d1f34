"""Outages: told to those they touch, by their place on the network or by the words for it, while they last."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.clock import FixedClock
from bot.outages import NetworkPlace, Outages
from bot.outages.tables import ACTIVE, ANNOUNCED, NoPowerReport, Outage, OutageRevision
from bot.storage.engine import Database

UPSTREAM = NetworkPlace(area="urban", village="颍川路社区", path=("P-1", "B-1", "T-1", "S-1", "F-1", "SUB"), box="B-1")


@pytest.fixture
def outages(any_db: Database, clock: FixedClock) -> Outages:
    now, house = clock.now(), Outages(any_db, clock)
    known = {"kind": "unplanned", "status": ACTIVE, "starts_at": now - timedelta(minutes=30)}
    known["expected_restoration"] = now + timedelta(hours=2)
    house.announce(Outage(no="U", node="F-1", area_words=["颍川路"], **known))
    for no, node, days in (("P", "F-2", 1), ("FAR", "F-3", 30)):
        starts = now + timedelta(days=days)
        house.announce(
            Outage(
                no=no,
                kind="planned",
                node=node,
                area_words=[f"路{no}"],
                cause="检修",
                status=ANNOUNCED,
                starts_at=starts,
                expected_restoration=starts + timedelta(hours=8),
            )
        )
    return house


@pytest.mark.parametrize("level", UPSTREAM.path)
def test_an_outage_on_any_level_touches_what_lies_below(any_db: Database, clock: FixedClock, level: str) -> None:
    outages = Outages(any_db, clock)
    outages.announce(Outage(no="X", kind="unplanned", node=level, area_words=[], status=ACTIVE, starts_at=clock.now()))
    assert [news.no for news in outages.affecting([UPSTREAM])] == ["X"]
    assert outages.affecting([NetworkPlace(area=None, village="", path=("P-9", "F-9"))]) == []


def test_an_outage_is_found_by_the_words_for_its_area(outages: Outages) -> None:
    assert [news.no for news in outages.by_area("颍川路9号院没电了")] == ["U"]
    assert [news.no for news in outages.by_area("潁川路沒電了")] == ["U"]
    assert outages.by_area("老街停电吗") == []


def test_a_planned_outage_is_announced_then_under_way_then_over(outages: Outages, clock: FixedClock) -> None:
    assert [news.under_way for news in outages.by_area("路P")] == [False]
    clock.advance(hours=25)
    assert [news.under_way for news in outages.by_area("路P")] == [True]
    clock.advance(hours=8)
    assert outages.by_area("路P") == []


def test_what_is_far_off_is_not_told_yet(outages: Outages) -> None:
    assert outages.by_area("路FAR") == []


def test_a_restored_outage_is_told_no_more(outages: Outages) -> None:
    outages.restore("U")
    assert outages.affecting([UPSTREAM]) == []


def test_a_revision_keeps_what_was_told_and_the_third_goes_to_the_supervisor(
    outages: Outages, any_db: Database, clock: FixedClock
) -> None:
    later = clock.now() + timedelta(hours=4)
    asked = [outages.revise("U", expected=later, cause="电缆", reason="雨大") for _ in range(3)]
    (news,) = outages.affecting([UPSTREAM])
    assert asked == [False, False, True]
    assert news.revised and news.expected == later and news.cause == "电缆"
    with any_db.read() as session:
        first = session.get_one(OutageRevision, ("U", 1))
    assert first.expected_restoration == clock.now() + timedelta(hours=2)


def test_the_next_news_is_never_promised_for_the_past(any_db: Database, clock: FixedClock) -> None:
    outages = Outages(any_db, clock)
    now = clock.now()
    outages.announce(Outage(no="X", kind="unplanned", node="F", area_words=["东街"], status=ACTIVE, starts_at=now))
    clock.advance(hours=3)
    assert outages.by_area("东街")[0].next_news_at == clock.now() + timedelta(minutes=30)


def test_a_report_is_kept_once_and_where_it_is_on_the_network(outages: Outages, any_db: Database) -> None:
    for _ in range(2):
        outages.report_no_power("c1", request_key="m1", point=UPSTREAM, place="颍川路9号", neighbours="out")
    with any_db.read() as session:
        assert session.scalar(select(func.count()).select_from(NoPowerReport)) == 1
        assert session.get_one(NoPowerReport, "m1").box == "B-1"
