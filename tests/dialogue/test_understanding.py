"""How well messages are understood may rise and never fall: floors on two sets that are never trained on."""

from dataclasses import dataclass

import pytest

from bot.dialogue.components.judgement import SMALL_TALK
from bot.dialogue.evaluate import Line, Reading, current_model, macro_f1, parsed, read_tsv, triage
from bot.dialogue.naming import ROOT
from bot.dialogue.parse import Parser


@dataclass(frozen=True)
class Floors:
    """What a set must reach, and what it may not exceed."""

    accuracy: float
    macro_f1: float
    triage: float
    worst_style: float
    hazards: float
    false_alarms: float
    foreign_acted_on: float
    wrong_acted_on: float
    right_asked_back: float


FLOORS = {
    "dev": Floors(0.955, 0.955, 0.965, 0.88, 0.98, 0.01, 0.08, 0.03, 0.04),
    "dev_more": Floors(0.955, 0.95, 0.96, 0.88, 0.98, 0.01, 0.08, 0.035, 0.06),
}


@pytest.fixture(scope="module")
def parser(model) -> Parser:
    return Parser(str(current_model()))


@pytest.fixture(scope="module", params=FLOORS)
def measured(request, parser: Parser) -> tuple[list[Reading], Floors]:
    lines = read_tsv(ROOT / "tests" / "nlu" / f"{request.param}.tsv")
    return parsed(parser, lines), FLOORS[request.param]


def share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def test_intents(measured: tuple[list[Reading], Floors]) -> None:
    readings, floors = measured
    assert share([r.right for r in readings]) >= floors.accuracy
    assert macro_f1(readings) >= floors.macro_f1
    assert share([triage(r.intent) == triage(r.line.intent) for r in readings]) >= floors.triage
    styles = {r.line.style for r in readings}
    assert min(share([r.right for r in readings if r.line.style == style]) for style in styles) >= floors.worst_style


def test_dangers(measured: tuple[list[Reading], Floors]) -> None:
    readings, floors = measured
    dangers = [r for r in readings if r.line.intent == "report_hazard"]
    assert share([r.hazard or r.intent == "report_hazard" for r in dangers]) >= floors.hazards
    others = [r for r in readings if r.line.intent != "report_hazard"]
    assert share([r.intent == "report_hazard" for r in others]) <= floors.false_alarms


def test_what_is_acted_on(measured: tuple[list[Reading], Floors]) -> None:
    readings, floors = measured
    assert share([r.accepted and not r.right for r in readings]) <= floors.wrong_acted_on
    assert share([r.right and not r.accepted for r in readings]) <= floors.right_asked_back
    foreign = [r for r in readings if r.line.intent == "out_of_scope"]
    acted = [r.accepted and r.intent not in {"out_of_scope", *SMALL_TALK} for r in foreign]
    assert share(acted) <= floors.foreign_acted_on


def test_the_measures_can_fail() -> None:
    wrong = Reading(Line("x", "greet", "plain"), "thank", True, False)
    assert not wrong.right and macro_f1([wrong]) == 0.0
