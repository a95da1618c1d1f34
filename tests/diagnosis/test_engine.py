"""The engine: probabilities, the number of questions, and what they are worth, over all fault models."""

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis import Case, Diagnosis, load_fault_models
from bot.diagnosis.engine import outcome_of, posterior

MODELS = load_fault_models()
DIAGNOSIS = Diagnosis(MODELS)
NOTHING = frozenset[str]()
SYMPTOMS = sorted(MODELS.models)


@st.composite
def told(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    symptom = draw(st.sampled_from(SYMPTOMS))
    findings = MODELS.models[symptom].findings
    names = draw(st.lists(st.sampled_from(sorted(findings)), unique=True, max_size=len(findings)))
    return symptom, [(name, draw(st.sampled_from(sorted(findings[name].answers)))) for name in names]


@given(told())
@settings(max_examples=150, deadline=None)
def test_the_probabilities_add_up_to_one(case: tuple[str, list[tuple[str, str]]]) -> None:
    weights = posterior(MODELS.models[case[0]], dict(case[1]))
    assert sum(weights.values()) == pytest.approx(1)
    assert min(weights.values()) > 0


@given(told())
@settings(max_examples=40, deadline=None)
def test_the_order_of_answers_changes_nothing(case: tuple[str, list[tuple[str, str]]]) -> None:
    symptom, answers = case[0], case[1][:4]
    found = [posterior(MODELS.models[symptom], dict(order)) for order in permutations(answers)]
    assert all(weights == found[0] for weights in found)


@given(st.sampled_from(SYMPTOMS), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_never_more_than_five_questions_and_none_twice(symptom: str, chance: random.Random) -> None:
    case = DIAGNOSIS.begin(symptom)
    while (following := DIAGNOSIS.ask(case)) is not None:
        case, question = following
        choice = chance.choice([*(answer for answer, _ in question.choices), "unknown"])
        answered = DIAGNOSIS.take(case, "", choice)
        assert answered is not None
        case = answered
    assert len(case.asked) <= 5 and len(set(case.asked)) == len(case.asked)
    assert DIAGNOSIS.conclude(case).outcome.do


def simulated(symptom: str, chance: random.Random) -> tuple[int, bool, bool]:
    """Questions asked, right by them, right had everything been known. Right is the outcome of the true cause."""
    model = MODELS.models[symptom]
    cause = chance.choices(list(model.causes), [c.prior for c in model.causes.values()])[0]
    truth = {
        name: chance.choices(list(f.answers), [f.likelihood(cause, answer) for answer in f.answers])[0]
        for name, f in model.findings.items()
    }
    case = DIAGNOSIS.begin(symptom)
    while (following := DIAGNOSIS.ask(case)) is not None:
        case = DIAGNOSIS.take(following[0], "", truth[following[1].id]) or case
    right = outcome_of(model.causes[cause], model, NOTHING)
    by_questions, by_all = (DIAGNOSIS.conclude(c).outcome for c in (case, Case(symptom=symptom, answers=truth)))
    return len(case.asked), _same(by_questions, right), _same(by_all, right)


def _same(one: object, other: object) -> bool:
    return (one.do, one.who) == (other.do, other.who)  # type: ignore[attr-defined]


def test_few_questions_tell_nearly_as_much_as_all() -> None:
    chance = random.Random(11)
    runs = [simulated(symptom, chance) for symptom in SYMPTOMS for _ in range(250)]
    questions, right, right_by_all = (sum(run[i] for run in runs) / len(runs) for i in range(3))
    assert questions <= 3.0
    assert right >= right_by_all - 0.02
