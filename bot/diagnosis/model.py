"""Fault models, read from `data/faults/` and checked: a wrong number stops the start with a sentence about it."""

from math import isclose
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfigurationError
from bot.settings import ROOT

FAULTS = ROOT / "data" / "faults"
WORDS = "words.yml"
DEFAULT = "default"
Disposition = Literal["self_help", "pay_reconnect", "own_electrician", "crew", "verify"]
Responsibility = Literal["supplier", "customer", "property", "landlord"]
WHOLE = 100


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cause(_Entry):
    """`danger` names the safety words of a red cause; `setting` must be on for its self-help, else a crew comes."""

    name: str
    prior: float = Field(gt=0, le=WHOLE)
    safety: Literal["green", "yellow", "orange", "red"]
    danger: str = ""
    do: Disposition
    steps: str = ""
    who: Responsibility
    setting: Literal["", "meter_box_self_reset"] = ""
    urgent: bool = False
    ticket_kind: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.safety == "red") != bool(self.danger):
            raise ValueError(f"{self.name}: a red cause, and only a red one, names its danger")
        if (self.do == "self_help") != bool(self.steps):
            raise ValueError(f"{self.name}: self_help, and only self_help, names its steps")
        return self


class Answer(_Entry):
    """`words` say it wherever they stand, `replies` only as a reply to the question itself.

    `means` is what a bare yes or no to the question stands for.
    """

    title: str
    words: list[str] = []
    replies: list[str] = []
    means: Literal["", "yes", "no"] = ""
    no_self_help: bool = False


class Finding(_Entry):
    ask: str
    cost: float = Field(gt=0)
    answers: dict[str, Answer] = Field(min_length=2)
    likely: dict[str, dict[str, float]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for cause, shares in self.likely.items():
            if shares.keys() != self.answers.keys():
                raise ValueError(f"{cause}: every answer needs its share")
            if not isclose(sum(shares.values()), 1, abs_tol=1e-6) or min(shares.values()) <= 0:
                raise ValueError(f"{cause}: the shares must be above 0 and add up to 1")
        return self

    def likelihood(self, cause: str, answer: str) -> float:
        return (self.likely.get(cause) or self.likely[DEFAULT])[answer]


class FaultModel(_Entry):
    symptom: str
    ticket_kind: str
    causes: dict[str, Cause]
    findings: dict[str, Finding]
    advice: dict[str, list[str]]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not isclose(sum(cause.prior for cause in self.causes.values()), WHOLE, abs_tol=1e-6):
            raise ValueError("the priors must add up to 100")
        for name, finding in self.findings.items():
            unknown = finding.likely.keys() - self.causes.keys() - {DEFAULT}
            if unknown or (DEFAULT not in finding.likely and finding.likely.keys() != self.causes.keys()):
                raise ValueError(f"{name}: causes not known or left out: {sorted(unknown)}")
        missing = {cause.steps for cause in self.causes.values() if cause.steps} - self.advice.keys()
        if missing:
            raise ValueError(f"advice is missing: {sorted(missing)}")
        return self


class FaultModels(_Entry):
    models: dict[str, FaultModel]
    unknown_words: list[str]


def load_fault_models(folder: Path = FAULTS) -> FaultModels:
    words = _read(folder / WORDS)
    paths = [path for path in sorted(folder.glob("*.yml")) if path.name != WORDS]
    models = [_model(path) for path in paths]
    return FaultModels(models={model.symptom: model for model in models}, unknown_words=words["unknown"])


def _model(path: Path) -> FaultModel:
    try:
        return FaultModel.model_validate(_read(path))
    except ValidationError as error:
        raise ConfigurationError(f"data/faults/{path.name} 有误:{error}") from error


def _read(path: Path) -> dict[str, list[str]]:
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise ConfigurationError(f"data/faults/{path.name} 读不出来:{error}") from error
