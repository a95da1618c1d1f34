"""A postpaid supply is cut after more than 30 days, dunning, a written notice 3 to 7 days and one 30 minutes before."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.billing import Billing
from bot.billing.cut_off import Missing, missing_before
from bot.clock import at_local
from bot.customers.tables import ArrearsNotice
from bot.identity import Identity
from bot.storage.engine import Database
from tests.demo_data import Phones, prove

CUT = at_local(date(2026, 11, 23), 9, 40)


def notice(kind: str, at: datetime, delivered: bool = True) -> ArrearsNotice:
    return ArrearsNotice(notice_no=f"{kind}{at}", account_no="x", kind=kind, medium="sms", at=at, delivered=delivered)


def notices(written_days: int = 5, minutes: int = 30, delivered: bool = True) -> list[ArrearsNotice]:
    return [
        notice("dunning", CUT - timedelta(days=20)),
        notice("written", CUT - timedelta(days=written_days), delivered),
        notice("half_hour", CUT - timedelta(minutes=minutes)),
    ]


@pytest.mark.parametrize("days", [3, 5, 7])
def test_all_on_record(days: int) -> None:
    assert missing_before(CUT, 31, notices(days)) == ()


@pytest.mark.parametrize(
    ("overdue", "given", "missing"),
    [
        (30, notices(), Missing.OVERDUE),
        (41, notices()[1:], Missing.DUNNING),
        (41, notices(2), Missing.WRITTEN),
        (41, notices(8), Missing.WRITTEN),
        (41, notices(delivered=False), Missing.WRITTEN),
        (41, notices(minutes=29), Missing.HALF_HOUR),
    ],
)
def test_what_is_missing_is_named(overdue: int, given: list[ArrearsNotice], missing: Missing) -> None:
    assert missing_before(CUT, overdue, given) == (missing,)


def test_the_demo_customer_was_cut_by_the_rules_and_a_lost_notice_shows(
    seeded: Database, billing: Billing, identity: Identity, phones: Phones
) -> None:
    proof = prove(identity, phones, "4100000025")
    arrears = billing.arrears(proof)
    assert arrears is not None and arrears.missing_notices == ()
    with seeded.write() as session:
        session.execute(
            delete(ArrearsNotice).where(ArrearsNotice.account_no == "4100000025", ArrearsNotice.kind == "written")
        )
    arrears = billing.arrears(proof)
    assert arrears is not None and arrears.missing_notices == (Missing.WRITTEN,)
