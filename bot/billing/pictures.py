"""Which charts there are: the words and figures of each, its text alternative, and the key it is fetched by."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.billing.charts import Bar, bars, waterfall
from bot.billing.explain import Comparison, Effect
from bot.billing.records import Usage
from bot.billing.tables import Bill

CHARTS = "/chat/api/charts"  # where the web channel serves them
WORDS = Path(__file__).with_name("charts.yml")
MOST_DAYS, MOST_MONTHS = 31, 24


class ChartKind(StrEnum):
    WATERFALL = "waterfall"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True)
class Picture:
    """A chart ready to be drawn. `alt` says the same in words."""

    kind: ChartKind
    title: str
    alt: str
    points: tuple[Bar, ...]

    def svg(self) -> str:
        if self.kind is ChartKind.WATERFALL:
            return waterfall(self.title, self.alt, self.points[0], self.points[1:-1], self.points[-1])
        return bars(self.title, self.alt, self.points)


def chart_key(conversation_id: str, account_no: str) -> str:
    """Names an account within one conversation, whose id nobody else knows; tells an onlooker nothing."""
    return hashlib.sha256(f"{conversation_id}:{account_no}".encode()).hexdigest()[:24]


def bill_waterfall(told: Comparison) -> Picture:
    start, end = (Bar(_month(bill), bill.amount) for bill in (told.reference, told.newest))
    steps = tuple(Bar(_name(effect), effect.amount) for effect in told.effects)
    alt = _words()["waterfall_alt"].format(
        before=start.label,
        before_amount=start.value,
        newest=end.label,
        newest_amount=end.value,
        effects=",".join(f"{step.label} {step.value:+.2f}" for step in steps),
    )
    month = told.newest.month
    title = _words()["waterfall_title"].format(year=month.year, month=month.month)
    return Picture(ChartKind.WATERFALL, title, alt, (start, *steps, end))


def use_by_day(usage: Usage) -> Picture | None:
    day = _words()["day"]
    points = [Bar(day.format(month=d.day.month, day=d.day.day), d.kwh) for d in usage.days[-MOST_DAYS:]]
    return _use(ChartKind.DAYS, "days_title", points)


def use_by_month(usage: Usage) -> Picture | None:
    points = [Bar(_month(bill), bill.kwh) for bill in usage.months[-MOST_MONTHS:]]
    return _use(ChartKind.MONTHS, "months_title", points)


def _use(kind: ChartKind, title: str, points: list[Bar]) -> Picture | None:
    if len(points) < 2:
        return None
    words = _words()
    each = [words["point"].format(label=bar.label, value=_plain(bar.value)) for bar in points]
    return Picture(
        kind, words[title], words["use_alt"].format(title=words[title], points="、".join(each)), tuple(points)
    )


def _name(effect: Effect) -> str:
    return effect.label or str(_words()["factors"][effect.factor.value])


def _month(bill: Bill) -> str:
    return str(_words()["month"]).format(month=bill.month.month)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


@cache
def _words() -> dict[str, Any]:
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))
