"""Approved templates for carriers that carry nothing else: which card goes out as which, and the carrier's rules.

The table is `data/sms_templates.yml`; the codes a supplier was given lie in `data/supplier/sms_template_codes.yml`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import structlog
import yaml
from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from bot.channels.sms.driver import Template
from bot.channels.sms.words import words
from bot.errors import ConfigurationError
from bot.language import load_safety
from bot.replies.cards import read_card
from bot.replies.render import Renderer
from bot.settings import ROOT
from bot.supplier import Supplier

log = structlog.get_logger()
TABLE = ROOT / "data" / "sms_templates.yml"
CODES = ROOT / "data" / "supplier" / "sms_template_codes.yml"
FALLBACK = "answered"
LONGEST_TEXT, LONGEST_VALUE = 500, 35
PLACE = re.compile(r"\$\{(\w*)\}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,24}")
TAKEN_NAMES = {"email", "mobile", "id", "nick", "site"}
NEVER = re.compile("[【】『』「」〖〗★※→•#²¥]")
Property = Literal["code", "number", "amount", "time", "text"]
FITS: Mapping[Property, re.Pattern[str]] = {
    "code": re.compile(r"[0-9]{4,6}"),
    "number": re.compile(r"[A-Za-z0-9-]{1,35}"),
    "amount": re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?"),
    "time": re.compile(r"[0-9\u4e00-\u9fff :\u2013-]{1,35}"),
    "text": re.compile(r"(?!.*(https?:|www\.))[^【】\n]{1,35}"),
}


class Variable(BaseModel):
    """`value` is a Jinja expression over `card`, or over `data` where the notice is no card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_: Property
    value: str

    @model_validator(mode="before")
    @classmethod
    def _named_is(cls, data: Any) -> Any:
        return {"is_" if key == "is" else key: value for key, value in data.items()} if isinstance(data, dict) else data

    def fits(self, value: str) -> bool:
        return len(value) <= LONGEST_VALUE and FITS[self.is_].fullmatch(value) is not None


class Row(BaseModel):
    """One template: `kind` of card, `when` (an expression) it fits, its text with places, and what fills them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    text: str
    when: str = "true"
    variables: dict[str, Variable] = {}

    @model_validator(mode="after")
    def _by_the_carriers_rules(self) -> "Row":
        places = PLACE.findall(self.text)
        if sorted(places) != sorted(self.variables) or len(places) != len(set(places)):
            raise ValueError(f"{self.name}: 每个变量要在正文里出现恰好一次")
        if any(not NAME.fullmatch(place) or place in TAKEN_NAMES for place in places):
            raise ValueError(f"{self.name}: 变量名只能用字母、数字、下划线,字母开头,且不能是 {TAKEN_NAMES}")
        if len(self.text) > LONGEST_TEXT or NEVER.search(self.text) or "}${" in self.text:
            raise ValueError(f"{self.name}: 正文太长、有不许用的符号,或变量连在一起")
        if not PLACE.sub("", self.text).strip():
            raise ValueError(f"{self.name}: 正文不能全是变量")
        return self


class Table(BaseModel):
    """`fallback`: the kinds that have no template of their own, by decision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    templates: list[Row]
    fallback: list[str]


@dataclass(frozen=True)
class Submission:
    """One template as it is submitted to the carrier, and the code it was given."""

    row: Row
    code: str | None


class Templates:
    def __init__(self, table: Table, codes: Mapping[str, str | None], renderer: Renderer, supplier: Supplier) -> None:
        self._rows = [*(_named(row, supplier) for row in table.templates), *_dangers(), _fallback(supplier)]
        self._codes = codes
        self._renderer = renderer
        unknown = set(codes) - {row.name for row in self._rows}
        if unknown:
            raise ConfigurationError(f"{CODES.name} 里有不认识的模板:{'、'.join(sorted(unknown))}")

    def submissions(self) -> list[Submission]:
        return [Submission(row, self._codes.get(row.name)) for row in self._rows]

    def without_code(self) -> list[str]:
        return [row.name for row in self._rows if not self._codes.get(row.name)]

    def choose(self, kind: str, data: Mapping[str, Any]) -> Template | None:
        """The approved template for this; the fallback where there is none, or where a value breaks the rules.

        None where not even the fallback was approved.
        """
        for row in self._rows:
            if row.kind == kind and self._codes.get(row.name):
                filled = self.fill(row, data)
                if filled is not None:
                    return Template(str(self._codes[row.name]), filled)
        code = self._codes.get(FALLBACK)
        return Template(code, {}) if code else None

    def fill(self, row: Row, data: Mapping[str, Any]) -> dict[str, str] | None:
        """The values of a template; None where it is not meant for this or a value does not fit."""
        card = read_card(dict(data)) if "kind" in data else None
        try:
            if not self._renderer.holds(row.when, card=card, data=data):
                return None
            filled = {
                name: self._renderer.phrase(variable.value, card=card, data=data).strip()
                for name, variable in row.variables.items()
            }
        except TemplateError:
            log.error("sms_template_broken", template=row.name)
            return None
        misfits = [name for name, variable in row.variables.items() if not variable.fits(filled[name])]
        if misfits:
            log.warning("sms_template_value_does_not_fit", template=row.name, variables=misfits)
            return None
        return filled


def load_table(path: Path = TABLE) -> Table:
    try:
        return Table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


def load_codes(path: Path = CODES) -> dict[str, str | None]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return TypeAdapter(dict[str, str | None]).validate_python(found)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error


def fallback_text(supplier: Supplier) -> str:
    if supplier.domain:
        return words().fallback.format(where=supplier.domain)
    return words().fallback_without_domain.format(hotline=supplier.hotline)


def _named(row: Row, supplier: Supplier) -> Row:
    """The supplier's numbers put into the text: to the carrier they are part of it."""
    text = row.text
    for name in ("short_name", "hotline", "regulator_hotline", "city_hotline"):
        text = re.sub(rf"(?<!\$)\{{{name}\}}", str(getattr(supplier, name)), text)
    return row.model_copy(update={"text": text})


def _fallback(supplier: Supplier) -> Row:
    return Row(name=FALLBACK, kind="", text=fallback_text(supplier))


def _dangers() -> list[Row]:
    """One template for each danger, its words verbatim from `data/safety`; the number of the ticket is the variable."""
    number = Variable.model_validate({"is": "number", "value": "{{ card.ticket_no }}"})
    return [
        Row(
            name=f"hazard_{safety.id}",
            kind="hazard",
            text=safety.text["sms"] + safety.closing("${no}"),
            when=f"card.first['sms'] == {safety.text['sms']!r}",
            variables={"no": number},
        )
        for safety in load_safety().values()
    ]
