"""Multipliers and tariffs that changed without anybody having asked for it.

What the audit saw last is kept; a change is looked for among the tickets of the account.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audit.findings import Finding
from bot.audit.pictures import Picture
from bot.audit.tables import AuditedTerm

MULTIPLIER, TARIFF = "multiplier", "tariff"
# Whether there is a ticket for a change of this account since the day before it was last seen unchanged.
Asked = Callable[[str, date], bool]


def changed_terms(session: Session, pictures: Sequence[Picture], day: date, asked: Asked) -> Iterator[Finding]:
    """Findings for what changed; call `see` with the same session to remember what holds now."""
    seen = _seen(session, pictures)
    for picture in pictures:
        for subject, name, value in _terms(picture):
            before = seen.get((subject, name))
            if before is None or before.value == value or before.seen_on > day:
                continue
            if not asked(picture.account.account_no, before.seen_on):
                facts = {"old": before.value, "new": value}
                yield Finding(
                    f"{name}_changed",
                    picture.account.account_no,
                    subject,
                    f"{before.value}>{value}:{before.seen_on}",
                    facts,
                )


def see(session: Session, pictures: Sequence[Picture], day: date) -> None:
    """Remembers what holds now. A run for an earlier day changes nothing."""
    seen = _seen(session, pictures)
    for picture in pictures:
        for subject, name, value in _terms(picture):
            row = seen.get((subject, name))
            if row is None:
                session.add(AuditedTerm(subject=subject, name=name, value=value, seen_on=day))
            elif row.seen_on <= day:
                row.value, row.seen_on = value, day


def _terms(picture: Picture) -> Iterator[tuple[str, str, str]]:
    yield picture.account.account_no, TARIFF, picture.account.tariff_code
    for meter in picture.meters:
        yield meter.meter_no, MULTIPLIER, str(meter.multiplier)


def _seen(session: Session, pictures: Sequence[Picture]) -> dict[tuple[str, str], AuditedTerm]:
    subjects = [subject for picture in pictures for subject, _, _ in _terms(picture)]
    rows = session.scalars(select(AuditedTerm).where(AuditedTerm.subject.in_(subjects)))
    return {(row.subject, row.name): row for row in rows}
