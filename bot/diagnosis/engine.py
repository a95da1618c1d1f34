"""The arithmetic: causes weighed by Bayes, the next question by what it is expected to tell, per cost of asking.

What is being decided is not the cause but what to do about it: two causes with the same outcome need not be told apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

from bot.diagnosis.model import Cause, Disposition, FaultModel, Finding

Weights = dict[str, float]


@dataclass(frozen=True)
class Outcome:
    """What to do, by whom: the thing a diagnosis decides."""

    do: Disposition
    who: str
    steps: str = ""
    urgent: bool = False
    ticket_kind: str = ""


def posterior(model: FaultModel, answers: Mapping[str, str]) -> Weights:
    """How likely each cause is. The findings are taken in the model's order, whatever the order they were told in."""
    weights = {name: cause.prior for name, cause in model.causes.items()}
    for name, finding in model.findings.items():
        if name in answers:
            weights = {cause: w * finding.likelihood(cause, answers[name]) for cause, w in weights.items()}
    return _normal(weights)


def outcome_weights(model: FaultModel, weights: Mapping[str, float], settings: frozenset[str]) -> dict[Outcome, float]:
    found: dict[Outcome, float] = {}
    for name, weight in weights.items():
        outcome = outcome_of(model.causes[name], model, settings)
        found[outcome] = found.get(outcome, 0.0) + weight
    return found


def outcome_of(cause: Cause, model: FaultModel, settings: frozenset[str]) -> Outcome:
    """A self-help that this supplier has not allowed is a crew's work."""
    kind = cause.ticket_kind or model.ticket_kind
    if cause.setting and cause.setting not in settings:
        return Outcome("crew", "supplier", ticket_kind=kind)
    if cause.do in ("crew", "verify"):
        return Outcome(cause.do, cause.who, urgent=cause.urgent, ticket_kind=kind)
    return Outcome(cause.do, cause.who, steps=cause.steps)


def gain(model: FaultModel, weights: Weights, finding: Finding, settings: frozenset[str]) -> float:
    """How many bits about the outcome the answer is expected to bring."""
    expected = 0.0
    for answer in finding.answers:
        joint = {cause: w * finding.likelihood(cause, answer) for cause, w in weights.items()}
        chance = sum(joint.values())
        expected += chance * _entropy(outcome_weights(model, _normal(joint), settings).values())
    return _entropy(outcome_weights(model, weights, settings).values()) - expected


def best_question(
    model: FaultModel, weights: Weights, known: Iterable[str], settings: frozenset[str], least_bits: float
) -> str | None:
    """The finding that tells most for what it costs to ask; None when no question is worth asking."""
    closed = set(known)
    worth = {
        name: gain(model, weights, finding, settings) / finding.cost
        for name, finding in model.findings.items()
        if name not in closed
    }
    best = max(worth, key=lambda name: worth[name], default=None)
    return best if best is not None and worth[best] >= least_bits else None


def dangers(model: FaultModel, weights: Mapping[str, float], above: float) -> list[str]:
    """The dangers of red causes that are not excluded, the likeliest first."""
    found: Weights = {}
    for name, weight in weights.items():
        if danger := model.causes[name].danger:
            found[danger] = found.get(danger, 0.0) + weight
    return sorted((d for d, weight in found.items() if weight > above), key=lambda d: -found[d])


def _normal(weights: Weights) -> Weights:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _entropy(shares: Iterable[float]) -> float:
    return -sum(share * log2(share) for share in shares if share > 0)
