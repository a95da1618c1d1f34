"""The front door of diagnosis: a case begins with what was said, goes on by questions, and comes to a conclusion.

A case is plain data: it travels in the dialogue's slot, and whoever asks the next question needs nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.diagnosis.engine import Outcome, best_question, dangers, outcome_of, outcome_weights, posterior
from bot.diagnosis.model import FaultModel, FaultModels
from bot.diagnosis.reading import UNKNOWN, read_answer, volunteered
from bot.errors import InvalidInput

MOST_QUESTIONS = 5
MOST_UNKNOWN = 3
DECIDED = 0.8
LEAST_BITS = 0.07
NOT_EXCLUDED = 0.05
# Below this the customer is not sent away with it: where the boundary is unclear a crew comes.
SURE_ENOUGH = 0.45
# A danger this likely is seen to at once, however likely something harmless is.
RED_LEFT = 0.15
LIKELY_VISIT = 0.2
VISITS = ("crew", "verify")
METER_BOX = "meter_box_self_reset"


class Case(BaseModel):
    """What is known so far. `asked` are the questions put, in their order; `warned` the dangers already spoken of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    symptom: str
    answers: dict[str, str] = {}
    asked: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    force_ticket: bool = False

    @property
    def open(self) -> str | None:
        """The question that waits for its answer."""
        return self.asked[-1] if self.asked and self.asked[-1] not in self.answers else None

    def dump(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class Question:
    """`choices` are answer and title; "don't know" may always be added. `warnings` are said before it."""

    id: str
    ask: str
    choices: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """What to do. `cause` is the likeliest one that leads there, `chance` how sure that is."""

    outcome: Outcome
    cause: str
    chance: float
    steps: tuple[str, ...] = ()


class Diagnosis:
    """`meter_box_self_reset`: whether the supplier allows customers to push the switch after the meter."""

    def __init__(self, models: FaultModels, *, meter_box_self_reset: Callable[[], bool] = lambda: False) -> None:
        self._models = models.models
        self._unknown_words = models.unknown_words
        self._meter_box_self_reset = meter_box_self_reset

    @property
    def _settings(self) -> frozenset[str]:
        return frozenset({METER_BOX} if self._meter_box_self_reset() else ())

    def begin(self, symptom: str, text: str = "") -> Case:
        """A case of this symptom, with every fact the first message already tells."""
        return Case(symptom=symptom, answers=volunteered(self._model(symptom), text))

    def ask(self, case: Case) -> tuple[Case, Question] | None:
        """The case with its next question, or None once it is decided or five have been asked."""
        if case.force_ticket or _asked_enough(case):
            return None
        model, weights = self._model(case.symptom), self._weights(case)
        if max(outcome_weights(model, weights, self._settings).values()) >= DECIDED:
            return None
        if case.open is not None:
            return case, _question(model, case.open, ())
        name = best_question(model, weights, {*case.answers, *case.asked}, self._settings, LEAST_BITS)
        if name is None:
            return None
        warnings = [d for d in dangers(model, weights, NOT_EXCLUDED) if d not in case.warned]
        going_on = case.model_copy(update={"asked": (*case.asked, name), "warned": (*case.warned, *warnings)})
        return going_on, _question(model, name, tuple(warnings))

    def open_question(self, case: Case) -> Question:
        """The question that waits, to be asked again."""
        if case.open is None:
            raise InvalidInput("没有在等回答的问题", code="no_open_question")
        return _question(self._model(case.symptom), case.open, ())

    def take(self, case: Case, text: str, chosen: str | None = None) -> Case | None:
        """The case with the answer to its open question and what else was said; None when that was not an answer."""
        model, name = self._model(case.symptom), case.open
        if name is None:
            return None
        finding = model.findings[name]
        answer = chosen if chosen in (*finding.answers, UNKNOWN) else read_answer(finding, text, self._unknown_words)
        facts = {} if chosen else volunteered(model, text)
        if answer is None:
            return _corrected(case, facts)
        others = {k: v for k, v in facts.items() if k not in case.answers}
        return case.model_copy(update={"answers": {**case.answers, **others, name: answer}})

    def conclude(self, case: Case) -> Conclusion:
        """What to do, as far as is known."""
        model, weights = self._model(case.symptom), self._weights(case)
        outcomes = outcome_weights(model, weights, self._settings)
        best = self._best(case, model, outcomes)
        causes = [n for n, c in model.causes.items() if outcome_of(c, model, self._settings) == best]
        cause = max(causes or weights, key=lambda name: weights[name])
        steps = tuple(model.advice.get(best.steps, ()))
        return Conclusion(best, model.causes[cause].name, outcomes.get(best, 0.0), steps)

    def probabilities(self, case: Case) -> dict[str, float]:
        """How likely each cause is."""
        return self._weights(case)

    def _best(self, case: Case, model: FaultModel, outcomes: dict[Outcome, float]) -> Outcome:
        """The likeliest outcome that may be told: never self-help against a sign of danger, never a guess."""
        if case.force_ticket:
            return _visit(outcomes, model)
        unsafe = any(model.findings[name].answers[answer].no_self_help for name, answer in self._told(case).items())
        allowed = {o: w for o, w in outcomes.items() if not (unsafe and o.do == "self_help")}
        urgent = next((o for o, weight in outcomes.items() if o.urgent and weight >= RED_LEFT), None)
        best = urgent or max(allowed, key=lambda outcome: allowed[outcome])
        if best.do in VISITS or outcomes[best] >= SURE_ENOUGH:
            return best
        return _visit(outcomes, model)

    def _weights(self, case: Case) -> dict[str, float]:
        return posterior(self._model(case.symptom), self._told(case))

    def _told(self, case: Case) -> dict[str, str]:
        return {name: answer for name, answer in case.answers.items() if answer != UNKNOWN}

    def _model(self, symptom: str) -> FaultModel:
        if symptom not in self._models:
            raise InvalidInput("没有这种故障的判断表", code="no_symptom")
        return self._models[symptom]


def _asked_enough(case: Case) -> bool:
    """Five have been answered; or whoever cannot tell three things is not asked a fourth."""
    all_asked = len(case.asked) >= MOST_QUESTIONS and case.open is None
    return all_asked or list(case.answers.values()).count(UNKNOWN) >= MOST_UNKNOWN


def _corrected(case: Case, facts: dict[str, str]) -> Case | None:
    """The case with facts that are new or told otherwise than before; the open question stays open."""
    if all(case.answers.get(name) == answer for name, answer in facts.items()):
        return None
    return case.model_copy(update={"answers": {**case.answers, **facts}})


def _question(model: FaultModel, name: str, warnings: tuple[str, ...]) -> Question:
    finding = model.findings[name]
    choices = tuple((answer, told.title) for answer, told in finding.answers.items())
    return Question(name, finding.ask, choices, warnings)


def _visit(outcomes: dict[Outcome, float], model: FaultModel) -> Outcome:
    """Somebody of the supplier comes and looks."""
    visits = {outcome: weight for outcome, weight in outcomes.items() if outcome.do in VISITS}
    likeliest = max(visits, key=lambda outcome: visits[outcome], default=None)
    if likeliest is not None and visits[likeliest] >= LIKELY_VISIT:
        return likeliest
    return Outcome("crew", "supplier", ticket_kind=model.ticket_kind)
