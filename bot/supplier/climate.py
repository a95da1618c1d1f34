"""The usual weather of the supplier's region: mean temperatures by month, and from where heat and cold use energy."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import ConfigurationError
from bot.settings import ROOT

CLIMATE = ROOT / "data" / "supplier" / "climate.yml"
ZERO, MIDDLE, DAYS_BETWEEN = Decimal(0), 15, Decimal(30)


class Climate(BaseModel):
    """Degrees Celsius. Above `hot` rooms are cooled, below `cold` they are heated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean_temperature: dict[int, Decimal]
    hot: Decimal
    cold: Decimal

    def temperature(self, day: date) -> Decimal:
        """The usual mean of a day, drawn between the middles of the months."""
        here, there = day.month, day.month % 12 + 1
        offset = day.day - MIDDLE
        if offset < 0:
            there = (day.month - 2) % 12 + 1
            offset = -offset
        mean = self.mean_temperature
        return mean[here] + (mean[there] - mean[here]) * offset / DAYS_BETWEEN

    def heat(self, start: date, end: date) -> Decimal:
        """Degrees above `hot`, on the average of the days."""
        return _average(max(self.temperature(day) - self.hot, ZERO) for day in _days(start, end))

    def chill(self, start: date, end: date) -> Decimal:
        """Degrees below `cold`, on the average of the days."""
        return _average(max(self.cold - self.temperature(day), ZERO) for day in _days(start, end))


def load_climate(path: Path = CLIMATE) -> Climate:
    try:
        return Climate.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


def _days(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def _average(degrees: Iterator[Decimal]) -> Decimal:
    each = list(degrees)
    return sum(each, ZERO) / len(each)
