"""The outages of the demo, dated anew at each call. Real ones and visitors' reports are not touched."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import delete

from bot.clock import Clock, at_local, local_day
from bot.errors import ConfigurationError
from bot.outages.tables import ACTIVE, ANNOUNCED, RESTORED, Outage, OutageRevision
from bot.settings import ROOT
from bot.storage.engine import Database

OUTAGES = ROOT / "data" / "demo" / "outages.yml"


class DemoOutage(BaseModel):
    """Either hours of a day counted from today, or minutes from now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: Literal["planned", "unplanned"]
    node: str
    area_words: list[str]
    cause: str = ""
    days: int = 0
    start: time | None = None
    end: time | None = None
    started_minutes_ago: int = 0
    expected_in_minutes: int | None = None
    restored_minutes_ago: int | None = None
    crew_on_site: bool = False


def load_demo_outages(path: Path = OUTAGES) -> list[DemoOutage]:
    try:
        return TypeAdapter(list[DemoOutage]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


def seed_outages(db: Database, clock: Clock, *, today: date | None = None) -> None:
    now = clock.now()
    day = today or local_day(now)
    now += timedelta(days=(day - local_day(now)).days)
    rows = load_demo_outages()
    with db.write() as session:
        session.execute(delete(OutageRevision).where(OutageRevision.outage_no.in_([row.id for row in rows])))
        for row in rows:
            session.merge(_outage(row, day, now))


def _outage(row: DemoOutage, today: date, now: datetime) -> Outage:
    starts = _hour(row, today, row.start) or now - timedelta(minutes=row.started_minutes_ago)
    expected = _hour(row, today, row.end) or _minutes(now, row.expected_in_minutes)
    restored = _minutes(now, -row.restored_minutes_ago) if row.restored_minutes_ago is not None else None
    status = RESTORED if restored else ANNOUNCED if row.kind == "planned" else ACTIVE
    return Outage(
        no=row.id,
        kind=row.kind,
        node=row.node,
        area_words=row.area_words,
        cause=row.cause,
        status=status,
        starts_at=starts,
        expected_restoration=expected,
        next_news_at=None,
        crew_on_site=row.crew_on_site,
        revisions=0,
        restored_at=restored,
    )


def _hour(row: DemoOutage, today: date, at: time | None) -> datetime | None:
    return at_local(today + timedelta(days=row.days), at.hour, at.minute) if at else None


def _minutes(now: datetime, minutes: int | None) -> datetime | None:
    """That many minutes from now, to the next ten: an estimate to the minute would be believed."""
    if minutes is None:
        return None
    instant = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    return instant + timedelta(minutes=-instant.minute % 10)
