"""The limits and the wording of the audit, as data: `data/audit.yml`."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import ConfigurationError
from bot.settings import ROOT

RULES = ROOT / "data" / "audit.yml"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingKind(_Entry):
    """What a finding is called, which kind of ticket it becomes and what the ticket says."""

    title: str
    ticket: str
    text: str


class ChangesNeed(_Entry):
    days: int
    kinds: list[str]


class AuditRules(_Entry):
    """kWh, days and factors; `data/audit.yml` says what each is for."""

    season_times: Decimal = Field(gt=1)
    least_kwh: Decimal
    occupied_kwh: Decimal
    registers_apart_kwh: Decimal
    neighbours: int = Field(ge=1)
    reading_late_days: int
    bill_late_days: int
    looks_back_days: int
    agreement_days: list[int]
    work_items_a_night: int = Field(ge=1)
    changes_need: ChangesNeed
    findings: dict[str, FindingKind]
    parts: dict[str, str]
    told: dict[str, str]
    nobody: str


@cache
def load_rules(path: Path = RULES) -> AuditRules:
    try:
        return AuditRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
