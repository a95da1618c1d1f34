"""Rendering: the channel's own wording, options numbered where there are no buttons, customer words as plain text."""

from datetime import datetime
from decimal import Decimal

import pytest

from bot.clock import LOCAL, FixedClock
from bot.errors import InvalidInput
from bot.replies.cards import Option, read_card
from bot.replies.cards.handoff import Queued
from bot.replies.cards.talk import Clarify, NotYet
from bot.replies.render import CHANNELS, Renderer, clock_time, day, kwh, money, month
from bot.supplier import load_supplier


@pytest.fixture
def renderer(clock: FixedClock) -> Renderer:
    return Renderer(load_supplier, clock)


def test_options_are_numbered_where_there_are_no_buttons(renderer: Renderer) -> None:
    card = Clarify(
        options=[Option(title="查电费", intent="check_bill"), Option(title="都不是", intent="request_human")]
    )
    assert "1. 查电费\n2. 都不是" in renderer.text(card, "sms")
    assert "查电费" not in renderer.text(card, "web")


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_a_customer_wrote_is_never_a_template(renderer: Renderer, channel: str) -> None:
    said = "{{ supplier.__class__ }}<b>"
    assert said in renderer.text(NotYet(need=said), channel)


def test_the_place_in_the_queue_is_said(renderer: Renderer) -> None:
    assert "第 3 位" in renderer.text(Queued(place=3, reason="asked_for"), "web")


def test_an_unknown_or_misshapen_card_is_refused() -> None:
    for data in ({"kind": "nothing"}, {"kind": "queued"}, {"kind": "queued", "place": 1, "reason": "x", "more": 1}, {}):
        with pytest.raises(InvalidInput):
            read_card(data)


def test_figures_and_times_are_written_as_customers_write_them(renderer: Renderer) -> None:
    noon = datetime(2026, 11, 25, 12, 5, tzinfo=LOCAL)
    assert (money(Decimal("46.2")), kwh(Decimal("86.00")), kwh(Decimal("100"))) == ("46.20 元", "86 度", "100 度")
    assert (day(noon), month(noon.date()), clock_time(noon)) == ("11月25日", "2026年11月", "12:05")
    assert renderer._when(noon) == "明天 12:05"
