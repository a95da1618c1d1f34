"""The demo's outages lie where its customers are, and move with the day."""

from datetime import date, datetime, timedelta

import pytest

from bot.clock import LOCAL, FixedClock
from bot.customers.demo import seed_customers
from bot.outages import Outages, seed_outages
from bot.storage.engine import Database


@pytest.fixture
def outages(db: Database, clock: FixedClock) -> Outages:
    seed_customers(db, clock)
    seed_outages(db, clock)
    return Outages(db, clock)


def test_tomorrows_planned_outage_touches_its_customers(outages: Outages) -> None:
    for account_no in ("4100000041", "4100000140"):
        (news,) = outages.affecting(outages.places.of_account(account_no))
        assert news.planned and not news.under_way
        assert news.starts_at == datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL)
        assert news.expected == datetime(2026, 11, 25, 16, 0, tzinfo=LOCAL)


def test_the_failed_feeder_is_worked_on_for_two_hours(outages: Outages, clock: FixedClock) -> None:
    (news,) = outages.affecting(outages.places.of_account("4100000058"))
    assert not news.planned and news.under_way and news.crew_on_site
    assert news.expected == clock.now() + timedelta(hours=2)


def test_a_feeder_that_is_back_is_told_no_more(outages: Outages) -> None:
    assert outages.affecting(outages.places.of_account("4100000223")) == []


def test_a_hospital_with_two_feeders_is_told_that_the_other_one_stays(outages: Outages) -> None:
    (news,) = outages.affecting(outages.places.of_account("4100000082"))
    assert news.other_supply and news.starts_at == datetime(2026, 12, 3, 7, 0, tzinfo=LOCAL)


def test_those_of_whom_nothing_is_known_and_those_unknown_look_alike(outages: Outages) -> None:
    for number in ("4100000066", "4100000017", "4199999999"):
        assert outages.affecting(outages.places.of_account(number)) == []


def test_seeding_again_dates_them_anew(outages: Outages, db: Database, clock: FixedClock) -> None:
    seed_outages(db, clock, today=date(2026, 11, 24))
    assert len(outages.current()) == 3
    clock.advance(days=1)
    seed_outages(db, clock)
    (news,) = outages.by_area("人民路")
    assert news.starts_at == datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("words", "village", "area"),
    [("前庄村口第三家", "前庄村", "rural"), ("在后河这边", "后河村", "rural"), ("人民路5号", "人民路社区", "urban")],
)
def test_a_place_is_known_by_the_words_people_use(outages: Outages, words: str, village: str, area: str) -> None:
    place = outages.places.find(words)
    assert place is not None and (place.village, place.area) == (village, area)


def test_an_unknown_place_has_no_area(outages: Outages) -> None:
    assert outages.places.find("火星基地") is None
