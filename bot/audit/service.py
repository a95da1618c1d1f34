"""The audit of one night: look at every account, note what is new, open tickets, tell customers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import func, select, update

from bot.audit.file import file_findings, late_bills
from bot.audit.findings import IN_SERVICE, Finding
from bot.audit.pictures import Picture, pictures
from bot.audit.rules import AuditRules
from bot.audit.season import SeasonCase, compare, season_case
from bot.audit.tables import AuditFinding
from bot.audit.terms import changed_terms, see
from bot.audit.use import missing_readings, periods, wrong_readings
from bot.clock import Clock, at_local, local_day
from bot.fieldwork import Fieldwork, NewTicket
from bot.storage.engine import Database

EXPIRING = "agreement_expiring"
SOURCE = "audit"


class Notices(Protocol):
    """Tells a customer something by a message. False where nobody is registered to be told."""

    def agreement_expiring(self, account_no: str, agreement_no: str, ends_on: date, request_key: str) -> bool: ...


@dataclass(frozen=True)
class AuditReport:
    """Findings that hold on `day` by kind, those of them that are new, and work items opened and still waiting."""

    day: date
    found: Counter[str]
    new: Counter[str]
    opened: int
    waiting: int


class Audit:
    def __init__(self, db: Database, clock: Clock, fieldwork: Fieldwork, notices: Notices, rules: AuditRules) -> None:
        self._db = db
        self._clock = clock
        self._fieldwork = fieldwork
        self._notices = notices
        self.rules = rules

    def run(self, day: date | None = None) -> AuditReport:
        """Repeated for the same day it finds the same and opens nothing twice."""
        day = day or local_day(self._clock.now())
        found: Counter[str] = Counter()
        new: Counter[str] = Counter()
        cases: list[SeasonCase] = []
        for some in pictures(self._db, day):
            self._note(list(self._looked_at(some, cases, day)), some, day, found, new)
        self._note(list(compare(cases, self.rules)), [], day, found, new)
        opened = self._open_tickets()
        return AuditReport(day, found, new, opened, self._waiting())

    def _looked_at(self, some: Sequence[Picture], cases: list[SeasonCase], day: date) -> Iterator[Finding]:
        for picture in some:
            yield from file_findings(picture, self.rules, day)
            yield from missing_readings(picture, self.rules, day)
            found = periods(picture)
            if not found:
                continue
            yield from late_bills(picture, found, self.rules, day)
            newest = found[-1]
            if newest.end < day - timedelta(days=self.rules.looks_back_days):
                continue
            wrong = list(wrong_readings(picture, self.rules, newest.end, newest.after))
            yield from wrong
            if not wrong:
                supplied = picture.account.state == IN_SERVICE and not picture.cut
                cases.append(season_case(picture, found, supplied=supplied))

    def _note(
        self, found: list[Finding], some: Sequence[Picture], day: date, counts: Counter[str], new: Counter[str]
    ) -> None:
        """Keeps findings that are not known yet, and what holds of the terms that may not change silently."""
        with self._db.write() as session:
            found += changed_terms(session, some, day, self._was_asked_for)
            counts.update(finding.kind for finding in found)
            keys = [finding.key for finding in found]
            known = set(session.scalars(select(AuditFinding.key).where(AuditFinding.key.in_(keys))))
            for finding in found:
                if finding.key not in known:
                    known.add(finding.key)
                    new[finding.kind] += 1
                    session.add(_row(finding, day))
            see(session, some, day)

    def _was_asked_for(self, account_no: str, since: date) -> bool:
        need = self.rules.changes_need
        earliest = at_local(since - timedelta(days=need.days))
        tickets = self._fieldwork.for_the_house(account_no)
        return any(ticket.kind in need.kinds and ticket.opened_at >= earliest for ticket in tickets)

    def _open_tickets(self) -> int:
        """For the oldest findings that have none. Killed in between, the next run finds the ticket by its key."""
        waiting = select(AuditFinding).where(AuditFinding.ticket_no.is_(None))
        with self._db.read() as session:
            due = session.scalars(
                waiting.order_by(AuditFinding.found_on, AuditFinding.key).limit(self.rules.work_items_a_night)
            ).all()
        for finding in due:
            ticket = self._fieldwork.open_ticket(
                NewTicket(
                    kind=self.rules.findings[finding.kind].ticket,
                    request_key=f"{SOURCE}:{finding.key}",
                    account_no=finding.account_no,
                    description=self._text(finding),
                    flags=frozenset({finding.kind}),
                    source=SOURCE,
                )
            )
            with self._db.write() as session:
                session.execute(update(AuditFinding).where(AuditFinding.key == finding.key).values(ticket_no=ticket.no))
        return len(due)

    def _text(self, finding: AuditFinding) -> str:
        kind = self.rules.findings[finding.kind]
        facts = {"subject": finding.subject, **finding.facts}
        if finding.kind == EXPIRING:
            ends_on = date.fromisoformat(finding.facts["day"])
            told = self._notices.agreement_expiring(
                finding.account_no, finding.subject, ends_on, f"{SOURCE}:{finding.key}"
            )
            facts["told"] = self.rules.told["yes" if told else "no"]
        return f"{kind.title}:{kind.text.format(**facts)}"

    def _waiting(self) -> int:
        with self._db.read() as session:
            query = select(func.count()).select_from(AuditFinding).where(AuditFinding.ticket_no.is_(None))
            return session.scalar(query) or 0


def _row(finding: Finding, day: date) -> AuditFinding:
    return AuditFinding(
        key=finding.key,
        kind=finding.kind,
        account_no=finding.account_no,
        subject=finding.subject,
        facts=finding.facts,
        found_on=day,
    )
