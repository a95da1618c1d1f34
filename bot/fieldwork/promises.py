"""What is promised for a kind of ticket: typed service levels, and the parts of an honest sentence about time."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.errors import ConfigurationError
from bot.settings import ROOT

FILE = ROOT / "data" / "service_levels.yml"
Area = Literal["urban", "rural", "remote"]
USUAL_AREAS: tuple[Area, ...] = ("urban", "rural")


class ServiceLevel(BaseModel):
    """One promise. `told` is an average or a maximum; a breach is only what passes `legal_limit`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kinds: tuple[str, ...]
    area: Area | None
    measure: Literal["arrival", "restoration", "contact", "answer", "reconnection", "site_visit"]
    clock_start: Literal["accepted", "arrived", "documents_complete", "posted"]
    unit: Literal["minutes", "hours", "working_days"]
    told: int
    legal_limit: int | None
    nature: Literal["average", "maximum"]
    source: str
    date: date
    mark: Literal["V", "K"]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Promise:
    """The service levels that hold for one ticket: one area's if it is known, else those of town and country."""

    levels: tuple[ServiceLevel, ...]

    @property
    def unverified(self) -> bool:
        return any(level.mark == "K" for level in self.levels)


class ServiceLevels:
    def __init__(self, levels: tuple[ServiceLevel, ...]) -> None:
        self.levels = levels

    def promise(self, kind: str, area: str | None = None) -> Promise:
        """What may be said about the time of a ticket of this kind."""
        wanted = USUAL_AREAS if area is None else (area,)
        mine = (level for level in self.levels if kind in level.kinds)
        return Promise(tuple(level for level in mine if level.area is None or level.area in wanted))


def load_service_levels(path: Path = FILE) -> ServiceLevels:
    try:
        rows = TypeAdapter(tuple[ServiceLevel, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
    for row in rows:
        if row.legal_limit is not None and row.told > row.legal_limit:
            raise ConfigurationError(f"{path.name} 的 {row.id}:told 不能大于 legal_limit")
    return ServiceLevels(rows)


def add_working_days(start: date, days: int) -> date:
    """The day on which so many working days after `start` are over. Monday to Friday; holidays are not known yet."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
