"""The outages of the demo, dated anew at each call. Real ones are not touched."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.clock import LOCAL, Clock
from bot.customers import Customers
from bot.outages.tables import ACTIVE, ANNOUNCED, PLANNED, UNPLANNED, Outage
from bot.settings import ROOT
from bot.storage.engine import Database

FILE = ROOT / "data" / "demo" / "outages.yml"


class DemoOutage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    kind: str
    feeder_of: str | None = None
    second_feeder_of: str | None = None
    places: list[str]
    cause: str
    days: int = 0
    at: time | None = None
    until: time | None = None
    started_minutes_ago: int = Field(0, ge=0)
    restored_in_minutes: int = Field(0, ge=0)
    crew_on_site: bool = False


def seed_outages(db: Database, clock: Clock, customers: Customers, today: date, path: Path = FILE) -> None:
    rows = TypeAdapter(list[DemoOutage]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    outages = [_outage(row, customers, clock.now(), today) for row in rows]
    with db.write() as session:
        for outage in outages:
            session.merge(outage)


def _outage(row: DemoOutage, customers: Customers, now: datetime, today: date) -> Outage:
    planned = row.kind == PLANNED
    if planned:
        starts, ends = _at(today, row.days, row.at), _at(today, row.days, row.until)
    else:
        starts = now - timedelta(minutes=row.started_minutes_ago)
        ends = now + timedelta(minutes=row.restored_in_minutes)
    return Outage(
        id=row.id,
        kind=PLANNED if planned else UNPLANNED,
        node=_feeder(row, customers),
        places=row.places,
        cause=row.cause,
        starts_at=starts,
        expected_restoration=ends,
        next_news_at=None,
        revision=0,
        crew_on_site=row.crew_on_site,
        status=ANNOUNCED if planned else ACTIVE,
        restored_at=None,
    )


def _feeder(row: DemoOutage, customers: Customers) -> str:
    points = customers.usage_points(row.feeder_of or row.second_feeder_of or "")
    wanted = [p for p in points if (p.role == "main") == (row.feeder_of is not None)]
    return wanted[0].feeder


def _at(today: date, days: int, at: time | None) -> datetime:
    return datetime.combine(today + timedelta(days=days), at or time(), LOCAL)
