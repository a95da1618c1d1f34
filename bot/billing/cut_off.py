"""Whether a postpaid supply was cut as the rules want it (05-18 to 05-21): what of it is not on record. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.clock import local_day

OVERDUE_DAYS = 30
WRITTEN_DAYS = range(3, 8)
LAST_WORD = timedelta(minutes=30)


class Missing(StrEnum):
    OVERDUE = "overdue"  # not more than 30 days past the due day
    DUNNING = "dunning"
    WRITTEN = "written"  # 3 to 7 days before
    HALF_HOUR = "half_hour"  # 30 minutes before


class Notice(Protocol):
    """A row of arrears notices."""

    kind: str
    at: datetime
    delivered: bool


def missing_before(cut_at: datetime, days_overdue: int, notices: Sequence[Notice]) -> tuple[Missing, ...]:
    """`days_overdue` on the day of the cut. Notices that did not arrive do not count."""
    told = [notice for notice in notices if notice.delivered and notice.at < cut_at]
    found = {
        Missing.OVERDUE: days_overdue > OVERDUE_DAYS,
        Missing.DUNNING: any(notice.kind == "dunning" for notice in told),
        Missing.WRITTEN: any(
            notice.kind == "written" and (local_day(cut_at) - local_day(notice.at)).days in WRITTEN_DAYS
            for notice in told
        ),
        Missing.HALF_HOUR: any(notice.kind == "half_hour" and cut_at - notice.at >= LAST_WORD for notice in told),
    }
    return tuple(step for step, fine in found.items() if not fine)
