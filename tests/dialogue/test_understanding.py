"""How well messages are understood may rise and never fall: floors on lines the model was not trained on."""

import pytest

from bot.dialogue.components.judgement import SMALL_TALK
from bot.dialogue.evaluate import Line, Reading, current_model, macro_f1, parsed, read_tsv, triage
from bot.dialogue.naming import ROOT
from bot.dialogue.parse import Parser

ACCURACY, MACRO_F1, TRIAGE, WORST_STYLE = 0.95, 0.95, 0.96, 0.88
HAZARDS, FALSE_ALARMS = 0.98, 0.01
FOREIGN_ACTED_ON, WRONG_ACTED_ON, RIGHT_ASKED_BACK = 0.08, 0.04, 0.06


@pytest.fixture(scope="module")
def readings(model) -> list[Reading]:
    return parsed(Parser(str(current_model())), read_tsv(ROOT / "tests" / "nlu" / "dev.tsv"))


def share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def test_intents(readings: list[Reading]) -> None:
    assert share([r.right for r in readings]) >= ACCURACY
    assert macro_f1(readings) >= MACRO_F1
    assert share([triage(r.intent) == triage(r.line.intent) for r in readings]) >= TRIAGE
    styles = {r.line.style for r in readings}
    assert min(share([r.right for r in readings if r.line.style == style]) for style in styles) >= WORST_STYLE


def test_dangers(readings: list[Reading]) -> None:
    dangers = [r for r in readings if r.line.intent == "report_hazard"]
    assert share([r.hazard or r.intent == "report_hazard" for r in dangers]) >= HAZARDS
    others = [r for r in readings if r.line.intent != "report_hazard"]
    assert share([r.intent == "report_hazard" for r in others]) <= FALSE_ALARMS


def test_what_is_acted_on(readings: list[Reading]) -> None:
    assert share([r.accepted and not r.right for r in readings]) <= WRONG_ACTED_ON
    assert share([r.right and not r.accepted for r in readings]) <= RIGHT_ASKED_BACK
    foreign = [r for r in readings if r.line.intent == "out_of_scope"]
    acted = [r.accepted and r.intent not in {"out_of_scope", *SMALL_TALK} for r in foreign]
    assert share(acted) <= FOREIGN_ACTED_ON


def test_the_measures_can_fail() -> None:
    wrong = Reading(Line("x", "greet", "plain"), "thank", True, False)
    assert not wrong.right and macro_f1([wrong]) == 0.0
