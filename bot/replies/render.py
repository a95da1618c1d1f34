"""Turns a card into one channel's text with that channel's template. Text only: nothing here is HTML."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import Clock, local
from bot.replies.cards import Card
from bot.supplier import Supplier

Channel = Literal["web", "wechat", "sms"]
CHANNELS: tuple[Channel, ...] = ("web", "wechat", "sms")
TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Renders cards for one supplier. A field a template names and the card lacks is an error, never an empty place."""

    def __init__(self, supplier: Callable[[], Supplier], clock: Clock) -> None:
        self._supplier = supplier
        self._clock = clock
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            auto_reload=False,
        )
        self._environment.filters.update(money=money, kwh=kwh, day=day, month=month, clock=clock_time, when=self._when)

    def text(self, card: Card, channel: Channel) -> str:
        """The full plain answer of this channel. Options are added by the channels that cannot show buttons."""
        template = self._environment.get_template(f"{channel}/{card.kind}.j2")
        body = template.render(card=card, now=self._clock.now(), supplier=self._supplier()).strip()
        if channel == "web" or not card.options:
            return body
        return body + "\n" + "\n".join(f"{n}. {option.title}" for n, option in enumerate(card.options, 1))

    def phrase(self, source: str, **names: object) -> str:
        """A short template of our own data files, with the same filters and figures as a card's."""
        return self._environment.from_string(source).render(**names)

    def holds(self, expression: str, **names: object) -> bool:
        return bool(self._environment.compile_expression(expression, undefined_to_none=False)(**names))

    def _when(self, instant: datetime) -> str:
        """今天 14:30, 明天 8:00, else 11月26日 8:00."""
        days = (local(instant).date() - local(self._clock.now()).date()).days
        name = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}.get(days, day(instant))
        return f"{name} {clock_time(instant)}"


def money(amount: Decimal) -> str:
    return f"{amount:.2f} 元"


def kwh(amount: Decimal) -> str:
    return f"{amount.normalize():f} 度"


def day(value: datetime | date) -> str:
    value = local(value).date() if isinstance(value, datetime) else value
    return f"{value.month}月{value.day}日"


def month(value: date) -> str:
    return f"{value.year}年{value.month}月"


def clock_time(instant: datetime) -> str:
    moment = local(instant)
    return f"{moment.hour}:{moment.minute:02d}"
