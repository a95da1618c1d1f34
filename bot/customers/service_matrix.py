"""Different customers, different services: `data/service_matrix.yml`, typed and checked."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.customers.axes import Axes, unknown_values
from bot.errors import ConfigurationError
from bot.settings import ROOT

SERVICE_MATRIX = ROOT / "data" / "service_matrix.yml"
Skill = Literal["key_accounts", "special_care", "stations", "general"]
Urgency = Literal["normal", "important"]
URGENCIES: tuple[Urgency, ...] = ("normal", "important")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answers(_Entry):
    """Who takes the conversations of these customers, and how urgent they are in the queue."""

    skill: Skill
    urgency: Urgency


class Notice(_Entry):
    """How long before an outage they are told, and how. None: the rules name no such time for them."""

    planned_days: int = Field(gt=0)
    temporary_hours: int | None = Field(None, gt=0)
    media: list[Literal["sms", "phone", "door"]] = Field(min_length=1)


class Service(_Entry):
    """One thing these customers may count on, in words for them."""

    text: str = Field(min_length=1)
    source: str = Field(min_length=1)
    mark: Literal["verified", "trade"]


class ServiceClass(_Entry):
    """One line of the matrix. `inspection_months` given as null: the supplier has not filled it in."""

    id: str
    title: str = Field(min_length=1)
    when: dict[str, list[str]] = Field(min_length=1)
    answers: Answers | None = None
    notice: Notice | None = None
    times: list[str] = []
    inspection_months: int | None = Field(None, gt=0)
    account_manager: bool = False
    services: list[Service] = []

    @model_validator(mode="after")
    def _known_axes(self) -> Self:
        unknown = unknown_values({axis: frozenset(values) for axis, values in self.when.items()})
        if unknown:
            raise ValueError(f"{self.id}: unknown {', '.join(unknown)}")
        return self

    def holds_for(self, axes: Axes) -> bool:
        return all(axes[axis] & set(values) for axis, values in self.when.items())


class Growth(_Entry):
    """From where on growth is spoken of: year on year, and highest load to agreed capacity."""

    grew_by: Decimal
    load_share: Decimal


class Bands(_Entry):
    """The upper ends (kWh a year) of the bands but the last; None: not filled in."""

    residential: list[int] | None
    commercial_industrial: list[int] | None
    agricultural: list[int] | None


class ServiceOffer(_Entry):
    """What one customer may expect, put together from every class they belong to."""

    titles: list[str]
    skill: Skill
    urgency: Urgency
    notice: Notice
    times: list[str]
    inspected: bool
    inspection_months: int | None
    account_manager: bool
    services: list[Service]


class ServiceMatrix(_Entry):
    classes: list[ServiceClass]
    bands: Bands
    growth: Growth

    def offer(self, axes: Axes) -> ServiceOffer:
        """The classes in their order: the first that says something says it; services are put together."""
        held = [line for line in self.classes if line.holds_for(axes)]
        answers = [line.answers for line in held if line.answers]
        inspected = [line for line in held if "inspection_months" in line.model_fields_set]
        return ServiceOffer(
            titles=[line.title for line in held],
            skill=answers[0].skill,
            urgency=max((a.urgency for a in answers), key=URGENCIES.index),
            notice=next(line.notice for line in held if line.notice),
            times=next((line.times for line in held if line.times), []),
            inspected=bool(inspected),
            inspection_months=next((line.inspection_months for line in inspected if line.inspection_months), None),
            account_manager=any(line.account_manager for line in held),
            services=[service for line in held for service in line.services],
        )

    def band(self, tariff_class: str, kwh_a_year: Decimal) -> tuple[int, int] | None:
        """Which band, counted from 1, of how many; None where the supplier has not drawn them."""
        ends: list[int] | None = getattr(self.bands, tariff_class)
        if ends is None:
            return None
        return 1 + sum(kwh_a_year > end for end in ends), len(ends) + 1

    @model_validator(mode="after")
    def _everybody_is_served(self) -> Self:
        """Each tariff class has a line of its own with who answers and how notice is given; ids are said once."""
        ids = [line.id for line in self.classes]
        if len(ids) != len(set(ids)):
            raise ValueError("an id is used twice")
        served = {
            value
            for line in self.classes
            if set(line.when) == {"tariff_class"} and line.answers and line.notice
            for value in line.when["tariff_class"]
        }
        missing = set(Bands.model_fields) - served
        if missing:
            raise ValueError(f"no line with answers and notice for every customer of {', '.join(sorted(missing))}")
        return self


def load_service_matrix(path: Path = SERVICE_MATRIX) -> ServiceMatrix:
    """The matrix, checked: a wrong file stops the start and says what is wrong in it."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return ServiceMatrix.model_validate(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
