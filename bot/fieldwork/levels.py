"""Service levels: how long each step of each kind of ticket takes, told honestly.

What is told (`told`), what is worked towards (`target`) and what the rules allow at most (`legal_limit`) are three
different things, and an average is never told as a limit. All of it lies in `data/service_levels.yml`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfigurationError
from bot.fieldwork.workdays import after_working_days
from bot.settings import ROOT
from bot.supplier import WorkCalendar

SERVICE_LEVELS = ROOT / "data" / "service_levels.yml"
Area = Literal["urban", "rural", "remote"]
Unit = Literal["minute", "hour", "working_day"]
Urgency = Literal["urgent", "important", "normal"]
URGENT: Urgency = "urgent"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Times(_Entry):
    """The three times of one line, in its unit. `told` None: worked towards, and not promised to anybody."""

    told: int | None = Field(None, gt=0)
    target: int = Field(gt=0)
    legal_limit: int | None = Field(None, gt=0)


class ServiceLevel(_Entry):
    """One step, one clock. `label` names the case where a kind has several, in the customer's words."""

    step: Literal["arrive", "restore", "contact", "reply", "result", "connect", "visit"]
    label: str = ""
    start: Literal["accepted", "documents_complete", "dispatched", "on_site", "posted"]
    unit: Unit
    nature: Literal["average", "maximum"]
    everywhere: Times | None = None
    by_area: dict[Area, Times] = {}
    source: str = Field(min_length=1)
    date: date
    mark: Literal["verified", "trade", "unsure"]

    @model_validator(mode="after")
    def _times_once(self) -> Self:
        if bool(self.by_area) == bool(self.everywhere):
            raise ValueError("give either everywhere or by_area")
        return self

    def times(self, area: Area | None) -> list[tuple[Area | None, Times]]:
        """The times that hold in an area; where the area is not known, those of town and country both."""
        if self.everywhere is not None:
            return [(None, self.everywhere)]
        wanted: Sequence[Area] = (area,) if area in self.by_area else ("urban", "rural")
        return [(name, self.by_area[name]) for name in wanted if name in self.by_area]


class TicketKind(_Entry):
    """What a kind of ticket is called, how urgent it is, which levels hold for it, and what the public page says of
    its result and its fee (empty: not filled in by the supplier). `internal` ones are not shown to customers."""

    title: str
    urgency: Urgency
    levels: list[str] = []
    restricted: bool = False
    internal: bool = False
    result: str = ""
    fee: str = ""


class PromisePart(_Entry):
    """One honest sentence, still without words: about `told`, at most `limit`."""

    step: str
    label: str
    area: Area | None
    unit: Unit
    nature: Literal["average", "maximum"]
    told: int
    limit: int | None
    mark: str


class ServiceLevels(_Entry):
    levels: dict[str, ServiceLevel]
    kinds: dict[str, TicketKind]
    urgent_levels: list[str]

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        named = [name for kind in self.kinds.values() for name in kind.levels] + self.urgent_levels
        unknown = sorted(set(named) - set(self.levels))
        if unknown:
            raise ValueError(f"levels not defined: {', '.join(unknown)}")
        return self

    @property
    def internal_kinds(self) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind.internal]

    def kind(self, name: str) -> TicketKind:
        if name not in self.kinds:
            raise ConfigurationError(f"service_levels.yml 里没有工单种类 {name}")
        return self.kinds[name]

    def promise(self, kind: str, area: Area | None = None, urgency: str | None = None) -> list[PromisePart]:
        """What may be told about a ticket of this kind, in the order of its steps."""
        return [
            PromisePart(
                step=level.step,
                label=level.label,
                area=where,
                unit=level.unit,
                nature=level.nature,
                told=times.told,
                limit=times.legal_limit,
                mark=level.mark,
            )
            for level in self._levels_of(kind, urgency)
            for where, times in level.times(area)
            if times.told is not None
        ]

    def first_due(
        self, kind: str, area: Area | None, urgency: str | None, opened: datetime, calendar: WorkCalendar
    ) -> datetime | None:
        """When the first step is to be done at the latest, by what holds as a limit."""
        for level in self._levels_of(kind, urgency):
            longest = max((t.legal_limit or t.told or t.target for _, t in level.times(area)), default=None)
            if longest is not None:
                return due(opened, longest, level.unit, calendar)
        return None

    def _levels_of(self, kind: str, urgency: str | None) -> list[ServiceLevel]:
        names = self.urgent_levels if urgency == URGENT else self.kind(kind).levels
        return [self.levels[name] for name in names]


def due(start: datetime, length: int, unit: Unit, calendar: WorkCalendar) -> datetime:
    if unit == "working_day":
        return after_working_days(start, length, calendar)
    return start + (timedelta(minutes=length) if unit == "minute" else timedelta(hours=length))


def load_service_levels(path: Path = SERVICE_LEVELS) -> ServiceLevels:
    """The levels, checked: a wrong file stops the start and says what is wrong in it."""
    try:
        return ServiceLevels.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
