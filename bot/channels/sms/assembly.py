"""Long texts that come in parts, kept in the database until all are there: they may reach different processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from bot.channels.sms.driver import Inbound
from bot.channels.sms.tables import SmsSegment

PATIENCE = timedelta(minutes=5)
GAP = "…"


@dataclass(frozen=True)
class Late:
    """Parts whose others never came: what there is of the text."""

    address: str
    ref: int
    of: int
    text: str
    since: datetime


def joined(session: Session, address: str, inbound: Inbound, now: datetime) -> str | None:
    """The whole text once its last part is there, else None. The parts stay until `forget`."""
    if inbound.of == 1:
        return inbound.text
    session.merge(
        SmsSegment(
            address=address,
            ref=inbound.ref,
            of=inbound.of,
            number=inbound.number,
            text=inbound.text,
            received_at=now,
        )
    )
    session.flush()
    parts = session.scalars(_parts(address, inbound.ref, inbound.of).with_for_update()).all()
    return "".join(part.text for part in parts) if len(parts) == inbound.of else None


def forget(session: Session, address: str, ref: int, of: int) -> None:
    """The text of these parts is stored as a message."""
    session.execute(delete(SmsSegment).where(SmsSegment.address == address, SmsSegment.ref == ref, SmsSegment.of == of))


def overdue(session: Session, now: datetime) -> list[Late]:
    """Texts whose newest part has waited too long for the others."""
    found = session.scalars(select(SmsSegment).order_by(SmsSegment.address, SmsSegment.ref, SmsSegment.number)).all()
    texts: dict[tuple[str, int, int], list[SmsSegment]] = {}
    for part in found:
        texts.setdefault((part.address, part.ref, part.of), []).append(part)
    return [
        Late(*key, _with_gaps(parts, key[2]), min(part.received_at for part in parts))
        for key, parts in texts.items()
        if max(part.received_at for part in parts) <= now - PATIENCE
    ]


def _with_gaps(parts: list[SmsSegment], of: int) -> str:
    there = {part.number: part.text for part in parts}
    return "".join(there.get(number, GAP) for number in range(1, of + 1))


def _parts(address: str, ref: int, of: int) -> Select[SmsSegment]:
    mine = select(SmsSegment).where(SmsSegment.address == address, SmsSegment.ref == ref, SmsSegment.of == of)
    return mine.order_by(SmsSegment.number)
