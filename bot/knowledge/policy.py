"""A policy: Markdown with front matter, one file each. What does not fit is named by file and field."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import ConfigurationError
from bot.knowledge.figures import fill, places

CustomerClass = Literal["residential", "commercial", "industrial", "agricultural", "charging"]
FENCE = "---"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where the wheel brings it: ten times as fast


class Source(BaseModel):
    """Where the rule stands: the document, its article, its date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    article: str = ""
    date: datetime.date | None = None

    def line(self) -> str:
        return f"《{self.document}》{self.article}" if "《" not in self.document else f"{self.document}{self.article}"


class Policy(BaseModel):
    """`short` is the plain first sentence; `verified` is false while a fact in it waits for the supplier's word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=2)
    questions: tuple[str, ...] = Field(min_length=3)
    short: str = Field(min_length=5, max_length=400)
    applies_to: tuple[CustomerClass, ...] = ()
    source: Source
    effective_from: datetime.date
    effective_to: datetime.date | None = None
    superseded_by: str | None = None
    verified: bool
    region: str
    related: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    safety: bool = False
    body: str

    def in_force(self, on: datetime.date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    def over(self, on: datetime.date) -> bool:
        """Whether it was in force once and is no longer."""
        return self.effective_to is not None and self.effective_to < on

    @property
    def figures(self) -> list[str]:
        """The names of the figures it takes from elsewhere."""
        return places(f"{self.short} {self.body}")

    def filled(self, figures: Mapping[str, str]) -> Self:
        """This policy with the figures it takes from elsewhere."""
        return self.model_copy(update={"short": fill(self.short, figures), "body": fill(self.body, figures)})

    def fits(self, classes: frozenset[str]) -> bool:
        """Whether it may hold for a customer of these classes; an empty set is a customer of unknown class."""
        return not self.applies_to or not classes or bool(classes & set(self.applies_to))


def read_policy(path: Path) -> Policy:
    text = path.read_text(encoding="utf-8")
    parts = text.split(f"{FENCE}\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ConfigurationError(f"{path.name}:开头要有两行 --- 夹着的条目")
    try:
        front = yaml.load(parts[1], Loader=LOADER)
        policy = Policy.model_validate({**front, "body": parts[2].strip()})
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path.name}:条目不是合格的 YAML:{error}") from error
    except (ValidationError, TypeError) as error:
        raise ConfigurationError(f"{path.name}:{_fields(error)}") from error
    if policy.id != path.stem:
        raise ConfigurationError(f"{path.name}:id 应与文件名相同,现在是 {policy.id}")
    return policy


def _fields(error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return "条目应是“名称: 内容”的形式"
    return ";".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.errors())


def read_folder(folder: Path, figures: Mapping[str, str]) -> tuple[dict[str, Policy], list[str]]:
    """Every policy that can be read and filled, by id, as it is written, and what is wrong with the others."""
    read = {path.stem: read_or_problem(path, figures) for path in sorted(folder.glob("*.md"))}
    problems = [found for found in read.values() if isinstance(found, str)]
    return {name: found for name, found in read.items() if isinstance(found, Policy)}, problems


def read_or_problem(path: Path, figures: Mapping[str, str]) -> Policy | str:
    """The policy as it is written, if all its figures are known; else what is wrong with it, by file and field."""
    try:
        policy = read_policy(path)
    except (ConfigurationError, OSError, UnicodeDecodeError) as error:
        return getattr(error, "message", f"{path.name}:{error}")
    try:
        policy.filled(figures)
    except ConfigurationError as error:
        return f"{path.name}:{error.message}"
    return policy
