"""Answering a question from the policies: one policy, a choice between two that lie close, or an honest no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import get_args

import yaml
from sqlalchemy import func, select

from bot.clock import Clock, local_day
from bot.knowledge.index import VERBATIM, Hit
from bot.knowledge.library import PolicyLibrary
from bot.knowledge.policy import CustomerClass, Policy
from bot.knowledge.tables import PolicyRating, UnansweredQuestion
from bot.knowledge.terms import elliptic, named_classes
from bot.settings import ROOT
from bot.storage.engine import Database

LEAST = 0.04  # a best policy with a score below this has next to nothing of the question
# Beside the gate's odds: the best policy's score, its lead, and how near a question lies that no policy answers.
BEST_WEIGHT, AHEAD_WEIGHT, NEAR_WEIGHT = 8.0, 4.5, 6.0
ENOUGH = 1.3  # all together: at less than this a question is declined
CLEARLY_AHEAD = 0.01
NEAR_BY_CLASS = 0.85  # with such a share of the best score a policy for another class is asked about
BILL_TERMS = ROOT / "data" / "lexicon" / "bill_terms.yml"
CANDIDATES = 5
CHOICES = 3


@dataclass(frozen=True)
class Answer:
    """`policy` is set where one answers; `choices` where several lie close; `by_class` where it hangs on the class of
    customer, which is not known. `superseded`: the policy is over today. `goes_on`: it was asked with the topic before.
    """

    hits: tuple[Hit, ...]
    policy: Policy | None = None
    choices: tuple[Policy, ...] = ()
    by_class: tuple[tuple[str, Policy], ...] = ()
    superseded: bool = False
    goes_on: bool = False

    @property
    def answered(self) -> bool:
        return self.policy is not None or bool(self.choices) or bool(self.by_class)


class Knowledge:
    def __init__(self, library: PolicyLibrary, db: Database, clock: Clock) -> None:
        self.library = library
        self._db = db
        self._clock = clock

    def answer(
        self,
        question: str,
        *,
        classes: frozenset[str] = frozenset(),
        on: date | None = None,
        topic: str | None = None,
        asked: str = "",
    ) -> Answer:
        """The policy that answers, in force on that day (today) and fit for these classes.

        With a topic open, an elliptic question ("要多久", "那商业的呢") is asked together with it, and so is one that
        finds nothing alone. A class such a question names stands in the place of the customer's own, and what was
        `asked` before is asked again for it.
        """
        day, named = on or self._today(), named_classes(question)
        other = named if classes and not named & classes else frozenset()
        alone = self._answer(question, classes | other, day)
        before = self.library.policy(topic) if topic else None
        if before is None or (alone.answered and not elliptic(question)):
            return alone
        subject = asked if named and asked else before.title
        together = self._answer(f"{subject} {question}", named or classes, day)
        return replace(together, goes_on=True) if together.answered else alone

    def _answer(self, question: str, classes: frozenset[str], day: date) -> Answer:
        hits = self.search(question, classes, day)
        if not hits or not self._enough(question, hits):
            return Answer(tuple(hits))
        best = self._as_of(hits[0].policy, day)
        if best.over(day):
            return Answer(tuple(hits), policy=best, superseded=True)
        by_class = () if classes or named_classes(question) or hits[0].score == VERBATIM else _by_class(hits, day)
        if by_class:
            return Answer(tuple(hits), by_class=tuple((name, self._as_of(p, day)) for name, p in by_class))
        close = [h.policy for h in hits if hits[0].score - h.score < CLEARLY_AHEAD and not h.policy.over(day)]
        if len(close) > 1:
            return Answer(tuple(hits), choices=tuple(self._as_of(policy, day) for policy in close[:CHOICES]))
        return Answer(tuple(hits), policy=best, superseded=best.over(self._today()))

    def _enough(self, question: str, hits: Sequence[Hit]) -> bool:
        """Whether the best policy may answer: a question for policies, one of them ahead, and not of another region."""
        best, gate = hits[0], self.library.gate()
        if best.score == VERBATIM:
            return True
        text = f"{best.policy.title}{best.policy.short}{best.policy.body}"
        if best.score < LEAST or any(name not in text for name in gate.elsewhere(question)):
            return False
        ahead = best.score - (hits[1].score if len(hits) > 1 else 0.0)
        found = BEST_WEIGHT * best.score + AHEAD_WEIGHT * ahead
        heard = self.library.index().heard(question)
        return gate.odds(heard) + found - NEAR_WEIGHT * gate.nearness(question) >= ENOUGH

    def search(self, question: str, classes: frozenset[str], day: date) -> list[Hit]:
        """The best policies; one that is not in force yet, or of another class, is left out."""
        found = self.library.index().search(question, limit=CANDIDATES * 4, on=day)
        fit = [h for h in found if h.policy.fits(classes) and h.policy.effective_from <= day]
        return fit[:CANDIDATES]

    def _as_of(self, policy: Policy, day: date) -> Policy:
        """The policy with the prices and limits of that day."""
        return self.library.policy(policy.id, day) or policy

    def _today(self) -> date:
        return local_day(self._clock.now())

    def policy_by_id(self, policy_id: str) -> Policy | None:
        return self.library.policy(policy_id)

    def policy_on(self, policy_id: str, day: date) -> Policy | None:
        """The policy, or the one it took the place of, as it was in force on that day; else the policy itself."""
        found = self.library.policy(policy_id, day)
        every = self.library.index().policies
        earlier = found
        while earlier is not None and earlier.effective_from > day:
            earlier = next((p for p in every if p.superseded_by == earlier.id), None)
        return self._as_of(earlier, day) if earlier is not None else found

    def term_for(self, line_kind: str, classes: frozenset[str] = frozenset()) -> Policy | None:
        """The policy that explains a line of a bill to customers of these classes: `data/lexicon/bill_terms.yml`."""
        found = [self.library.policy(policy_id) for policy_id in bill_terms().get(line_kind, ())]
        return next((policy for policy in found if policy is not None and policy.fits(classes)), None)

    def related(self, policy: Policy, on: date | None = None) -> list[Policy]:
        day = on or self._today()
        found = [self.library.policy(other) for other in policy.related]
        return [p for p in found if p is not None and p.in_force(day)]

    def record_miss(self, question: str, request_key: str) -> None:
        """Keeps a question no policy answered, once for a request key."""
        with self._db.write() as session:
            if session.get(UnansweredQuestion, request_key) is None:
                row = UnansweredQuestion(request_key=request_key, question=question, asked_at=self._clock.now())
                session.add(row)

    def rate(self, policy_id: str, *, helpful: bool, request_key: str) -> None:
        """Keeps what a customer thought of an answer, once for a request key."""
        with self._db.write() as session:
            if session.get(PolicyRating, request_key) is None:
                now = self._clock.now()
                session.add(PolicyRating(request_key=request_key, policy_id=policy_id, helpful=helpful, rated_at=now))

    def ratings(self) -> dict[str, tuple[int, int]]:
        """For each rated policy how many found it helpful, and how many did not."""
        with self._db.read() as session:
            rows = session.execute(
                select(PolicyRating.policy_id, PolicyRating.helpful, func.count()).group_by(
                    PolicyRating.policy_id, PolicyRating.helpful
                )
            ).all()
        counts = {(policy_id, helpful): count for policy_id, helpful, count in rows}
        return {p: (counts.get((p, True), 0), counts.get((p, False), 0)) for p, _ in counts}

    def misses(self, limit: int = 100) -> list[UnansweredQuestion]:
        """The newest questions that wait for an editor."""
        with self._db.read() as session:
            waiting = select(UnansweredQuestion).where(UnansweredQuestion.settled_at.is_(None))
            return list(session.scalars(waiting.order_by(UnansweredQuestion.asked_at.desc()).limit(limit)))


def _by_class(hits: Sequence[Hit], day: date) -> tuple[tuple[str, Policy], ...]:
    """The best policy of each class, where the best ones hold for different classes of customers."""
    if not hits[0].policy.applies_to:
        return ()
    near = [h.policy for h in hits if h.score >= NEAR_BY_CLASS * hits[0].score and not h.policy.over(day)]
    found = {name: next((p for p in near if name in p.applies_to), None) for name in get_args(CustomerClass)}
    best = tuple((name, policy) for name, policy in found.items() if policy is not None)
    apart = any(not set(near[0].applies_to) & set(policy.applies_to) for _, policy in best)
    return best if apart else ()


@cache
def bill_terms() -> Mapping[str, Sequence[str]]:
    """By the kind of a bill's line the policies that explain it, each for its classes of customers."""
    lines: Mapping[str, Sequence[str]] = yaml.safe_load(BILL_TERMS.read_text(encoding="utf-8"))
    return lines
