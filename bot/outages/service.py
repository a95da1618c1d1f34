"""Which outages touch a place, now or soon; their revisions; who wishes to be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import NotFound
from bot.language import normalise
from bot.outages.tables import (
    ACTIVE,
    ANNOUNCED,
    PLANNED,
    RESTORED,
    NoPowerReport,
    Outage,
    OutageRevision,
    OutageSubscription,
)
from bot.storage.engine import Database

SOON = timedelta(days=10)
ESCALATE_AFTER_REVISIONS = 3


@dataclass(frozen=True)
class OutageView:
    """What may be told of an outage: times are estimates, a cause only when it is known."""

    id: str
    kind: str
    places: tuple[str, ...]
    cause: str | None
    starts_at: datetime
    expected_restoration: datetime | None
    next_news_at: datetime | None
    crew_on_site: bool
    under_way: bool
    revised: bool


class Outages:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def affecting(self, nodes: Iterable[str]) -> list[OutageView]:
        """Outages on any of these pieces of the network, under way or announced for the next days."""
        wanted = set(nodes)
        return [view for view, outage in self._current() if outage.node in wanted]

    def by_place(self, words: str) -> list[OutageView]:
        """Outages whose villages, estates or roads are named in what the customer wrote."""
        said = normalise(words)
        return [view for view, outage in self._current() if any(normalise(p) in said for p in outage.places)]

    def all_current(self) -> list[OutageView]:
        return [view for view, _ in self._current()]

    def known_places(self) -> list[str]:
        """Every place name the outages of today know."""
        return sorted({place for view in self.all_current() for place in view.places})

    def _current(self) -> list[tuple[OutageView, Outage]]:
        now = self._clock.now()
        with self._db.read() as session:
            rows = session.scalars(
                select(Outage)
                .where(Outage.status.in_((ANNOUNCED, ACTIVE)), Outage.starts_at < now + SOON)
                .order_by(Outage.starts_at, Outage.id)
            ).all()
        views = [(_view(row, now), row) for row in rows]
        return [pair for pair in views if not _long_over(pair[0], now)]

    def revise(self, outage_id: str, expected: datetime | None, reason: str) -> int:
        """A new expected time; the one told before is kept. Returns how often it was revised."""
        with self._db.write() as session:
            outage = _get(session, outage_id)
            outage.revision += 1
            session.add(
                OutageRevision(
                    outage_id=outage_id,
                    revision=outage.revision,
                    expected_restoration=outage.expected_restoration,
                    reason=reason,
                    revised_at=self._clock.now(),
                )
            )
            outage.expected_restoration = expected
            return outage.revision

    def restore(self, outage_id: str) -> None:
        with self._db.write() as session:
            outage = _get(session, outage_id)
            outage.status, outage.restored_at = RESTORED, self._clock.now()

    def report_no_power(
        self, conversation_id: str, request_key: str, *, place: str, account_no: str | None, neighbours: str | None
    ) -> None:
        """Keeps a report of no power, once for a request key."""
        with self._db.write() as session:
            if session.get(NoPowerReport, request_key) is None:
                session.add(
                    NoPowerReport(
                        request_key=request_key,
                        conversation_id=conversation_id,
                        account_no=account_no,
                        place=place,
                        neighbours=neighbours,
                        at=self._clock.now(),
                    )
                )

    def wish_notices(self, account_no: str, wished: bool) -> None:
        with self._db.write() as session:
            row = session.get(OutageSubscription, account_no)
            if row is None:
                session.add(OutageSubscription(account_no=account_no, wished=wished, changed_at=self._clock.now()))
            else:
                row.wished, row.changed_at = wished, self._clock.now()


def _get(session: Session, outage_id: str) -> Outage:
    outage = session.get(Outage, outage_id, with_for_update=True)
    if outage is None:
        raise NotFound("没有这条停电记录", code="no_outage")
    return outage


def _view(outage: Outage, now: datetime) -> OutageView:
    return OutageView(
        id=outage.id,
        kind=outage.kind,
        places=tuple(outage.places),
        cause=outage.cause,
        starts_at=outage.starts_at,
        expected_restoration=outage.expected_restoration,
        next_news_at=outage.next_news_at,
        crew_on_site=outage.crew_on_site,
        under_way=outage.status == ACTIVE or outage.starts_at <= now,
        revised=outage.revision > 0,
    )


def _long_over(view: OutageView, now: datetime) -> bool:
    """A planned outage whose end is past and that nobody closed is not told as going on."""
    end = view.expected_restoration
    return view.kind == PLANNED and end is not None and end < now
