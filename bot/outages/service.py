"""Which outages touch a place, now or soon; their revisions; reports of no power; who wishes to be told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import NotFound
from bot.identity import VerifiedAccount
from bot.language import normalise
from bot.outages.places import NetworkPlace, Places
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
TELL_AGAIN_IN = timedelta(minutes=30)
SUPERVISOR_AFTER_REVISIONS = 3


@dataclass(frozen=True)
class OutageNews:
    """What may be told of an outage. `expected` is an estimate; without one, the next news comes at `next_news_at`."""

    no: str
    planned: bool
    under_way: bool
    area_words: tuple[str, ...]
    cause: str
    starts_at: datetime
    expected: datetime | None
    next_news_at: datetime
    crew_on_site: bool
    revised: bool
    other_supply: bool = False


class Outages:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self.places = Places(db, clock)

    def affecting(self, places: Iterable[NetworkPlace]) -> list[OutageNews]:
        """Outages on any piece of the network above these supply points, going on or announced for the next days."""
        points = list(places)
        codes = {code for point in points for code in point.path}
        dual = any(point.other_supply for point in points)
        return self._news(lambda outage: outage.node in codes, dual)

    def by_area(self, text: str) -> list[OutageNews]:
        """Outages whose villages, estates or roads a text names."""
        said = normalise(text)
        return self._news(lambda outage: any(normalise(word) in said for word in outage.area_words))

    def current(self) -> list[OutageNews]:
        return self._news(lambda outage: True)

    def announce(self, outage: Outage) -> None:
        """Enters an outage, planned or not."""
        with self._db.write() as session:
            session.add(outage)

    def revise(self, no: str, *, expected: datetime | None, cause: str, reason: str) -> bool:
        """Other times than were told: the old ones are kept. True when it is one for the supervisor."""
        with self._db.write() as session:
            outage = _locked(session, no)
            outage.revisions += 1
            session.add(
                OutageRevision(
                    outage_no=no,
                    revision=outage.revisions,
                    expected_restoration=outage.expected_restoration,
                    cause=outage.cause,
                    reason=reason,
                    at=self._clock.now(),
                )
            )
            outage.expected_restoration, outage.cause = expected, cause
            return outage.revisions >= SUPERVISOR_AFTER_REVISIONS

    def restore(self, no: str) -> None:
        with self._db.write() as session:
            outage = _locked(session, no)
            outage.status, outage.restored_at = RESTORED, self._clock.now()

    def report_no_power(
        self, conversation_id: str, *, request_key: str, point: NetworkPlace | None, place: str, neighbours: str | None
    ) -> None:
        """Keeps one report of no power, once for a request key."""
        with self._db.write() as session:
            if session.get(NoPowerReport, request_key) is not None:
                return
            session.add(
                NoPowerReport(
                    request_key=request_key,
                    conversation_id=conversation_id,
                    place=place,
                    neighbours=neighbours,
                    account_no=point.account_no if point else None,
                    box=point.box if point else None,
                    transformer=point.transformer if point else None,
                    at=self._clock.now(),
                )
            )

    def wish_notices(self, proof: VerifiedAccount, wished: bool) -> None:
        """Notes what the proved account wishes."""
        with self._db.write() as session:
            session.merge(
                OutageSubscription(account_no=proof.opens(self._clock), wished=wished, changed_at=self._clock.now())
            )

    def _news(self, wanted: Callable[[Outage], bool], dual: bool = False) -> list[OutageNews]:
        now = self._clock.now()
        with self._db.read() as session:
            rows = session.scalars(
                select(Outage)
                .where(Outage.status.in_((ANNOUNCED, ACTIVE)), Outage.starts_at < now + SOON)
                .order_by(Outage.starts_at, Outage.no)
            ).all()
        return [_told(row, now, dual) for row in rows if wanted(row) and not _over(row, now)]


def _told(outage: Outage, now: datetime, dual: bool) -> OutageNews:
    return OutageNews(
        no=outage.no,
        planned=outage.kind == PLANNED,
        under_way=outage.starts_at <= now,
        area_words=tuple(outage.area_words),
        cause=outage.cause,
        starts_at=outage.starts_at,
        expected=outage.expected_restoration,
        next_news_at=_next_news(outage, now),
        crew_on_site=outage.crew_on_site,
        revised=outage.revisions > 0,
        other_supply=dual,
    )


def _next_news(outage: Outage, now: datetime) -> datetime:
    """A time to come: what was promised for an hour that is past is not told again."""
    if outage.next_news_at is not None and outage.next_news_at > now:
        return outage.next_news_at
    return (now + TELL_AGAIN_IN).replace(second=0, microsecond=0)


def _over(outage: Outage, now: datetime) -> bool:
    """A planned outage that has had its time and that nobody closed is not told as going on."""
    return outage.kind == PLANNED and outage.expected_restoration is not None and outage.expected_restoration < now


def _locked(session: Session, no: str) -> Outage:
    outage = session.scalar(select(Outage).where(Outage.no == no).with_for_update())
    if outage is None:
        raise NotFound("没有这条停电记录", code="no_outage")
    return outage
