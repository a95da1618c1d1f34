"""Answering a question from the policies: one policy, a choice between two that lie close, or an honest no."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.clock import Clock, local_day
from bot.knowledge.index import Hit
from bot.knowledge.library import PolicyLibrary
from bot.knowledge.policy import Policy
from bot.knowledge.tables import PolicyRating, UnansweredQuestion
from bot.knowledge.terms import elliptic
from bot.storage.engine import Database

ENOUGH = 0.77  # score and gate together: at less than this a question is declined
GATE = 0.2  # how much the gate's odds weigh beside the score
CLEARLY_AHEAD = 0.02
CANDIDATES = 5
CHOICES = 3


@dataclass(frozen=True)
class Answer:
    """`policy` is set where one answers; `choices` where several lie close; `superseded` if the policy is over."""

    hits: tuple[Hit, ...]
    policy: Policy | None = None
    choices: tuple[Policy, ...] = ()
    superseded: bool = False

    @property
    def answered(self) -> bool:
        return self.policy is not None or bool(self.choices)


class Knowledge:
    def __init__(self, library: PolicyLibrary, db: Database, clock: Clock) -> None:
        self.library = library
        self._db = db
        self._clock = clock

    def answer(
        self, question: str, *, classes: frozenset[str] = frozenset(), on: date | None = None, topic: str | None = None
    ) -> Answer:
        """The policy that answers, in force on that day (today) and fit for these classes.

        With a topic open, an elliptic question ("要多久", "那商业的呢") is asked together with it, and so is one that
        finds nothing alone.
        """
        day = on or local_day(self._clock.now())
        alone = self._answer(question, classes, day)
        before = self.library.policy(topic) if topic else None
        if before is None or (alone.answered and not elliptic(question)):
            return alone
        together = self._answer(f"{before.title} {question}", classes, day)
        return together if together.answered else alone

    def _answer(self, question: str, classes: frozenset[str], day: date) -> Answer:
        hits = self.search(question, classes, day)
        if not hits or not self._enough(question, hits[0]):
            return Answer(tuple(hits))
        best = self._as_of(hits[0].policy, day)
        if best.over(day):
            return Answer(tuple(hits), policy=best, superseded=True)
        close = [h.policy for h in hits if hits[0].score - h.score < CLEARLY_AHEAD and not h.policy.over(day)]
        if len(close) > 1:
            return Answer(tuple(hits), choices=tuple(self._as_of(policy, day) for policy in close[:CHOICES]))
        return Answer(tuple(hits), policy=best)

    def _enough(self, question: str, best: Hit) -> bool:
        """Whether the best policy may answer: near enough, a question for policies, and not about another region."""
        gate = self.library.gate()
        text = f"{best.policy.title}{best.policy.short}{best.policy.body}"
        foreign = [name for name in gate.elsewhere(question) if name not in text]
        return not foreign and best.score + GATE * gate.odds(question) >= ENOUGH

    def search(self, question: str, classes: frozenset[str], day: date) -> list[Hit]:
        """The best policies; one that is not in force yet, or of another class, is left out."""
        found = self.library.index().search(question, limit=CANDIDATES * 4)
        fit = [h for h in found if h.policy.fits(classes) and h.policy.effective_from <= day]
        return fit[:CANDIDATES]

    def _as_of(self, policy: Policy, day: date) -> Policy:
        """The policy with the prices and limits of that day."""
        return self.library.policy(policy.id, day) or policy

    def policy_by_id(self, policy_id: str) -> Policy | None:
        return self.library.policy(policy_id)

    def related(self, policy: Policy, on: date | None = None) -> list[Policy]:
        day = on or local_day(self._clock.now())
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
