"""The record of what was handed to a carrier, part by part, and of what it reported.

A part is written down before the carrier hears of it. What a killed process or a lost answer leaves behind is sent
again, and the record then says that it may have arrived twice.
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.sms.contacts import SMS
from bot.channels.sms.driver import Receipt, Report
from bot.channels.sms.tables import ARRIVED, FAILED, SENDING, TAKEN, SmsPart, SmsReport
from bot.clock import Clock
from bot.conversations.outbox import Outbox
from bot.storage.engine import Database


class Record:
    def __init__(self, db: Database, clock: Clock, outbox: Outbox) -> None:
        self._db = db
        self._clock = clock
        self._outbox = outbox

    def begin(self, delivery_id: str, number: int, of: int) -> bool:
        """Whether this part is still to be handed over; from here on it counts as on its way."""
        with self._db.write() as session:
            part = session.get(SmsPart, (delivery_id, number), with_for_update=True)
            if part is None:
                part = SmsPart(delivery_id=delivery_id, number=number, of=of, state=SENDING, times=1)
                session.add(part)
            elif part.state == SENDING:
                part.times, part.doubtful = part.times + 1, True
            else:
                return False
            part.changed_at = self._clock.now()
            return True

    def taken(self, delivery_id: str, number: int, receipt: Receipt) -> None:
        """The carrier has it. A report that overtook its own answer is read now."""
        with self._db.write() as session:
            part = session.get_one(SmsPart, (delivery_id, number), with_for_update=True)
            part.state, part.ref, part.changed_at = TAKEN, receipt.ref or None, self._clock.now()
            if part.ref is not None:
                for report in session.scalars(select(SmsReport).where(SmsReport.ref == part.ref)):
                    self._apply(part, report.arrived, report.code)

    def refused(self, delivery_id: str, number: int) -> None:
        """The carrier said no to this attempt: nothing of it is on its way."""
        with self._db.write() as session:
            part = session.get_one(SmsPart, (delivery_id, number), with_for_update=True)
            if part.times > 1:
                part.times -= 1
            else:
                session.delete(part)

    def reported(self, report: Report) -> None:
        """Keeps a report and lets the delivery know once all its parts are decided. The same report twice is one."""
        with self._db.write() as session:
            self._keep(session, report)
            part = session.scalar(select(SmsPart).where(SmsPart.ref == report.ref).with_for_update())
            if part is not None:
                self._apply(part, report.arrived, report.code)
        if part is not None:
            self.conclude(part.delivery_id)

    def conclude(self, delivery_id: str) -> None:
        """Tells the outbox of a delivery whose parts have all arrived, or one of whose parts did not."""
        with self._db.read() as session:
            parts = list(session.scalars(select(SmsPart).where(SmsPart.delivery_id == delivery_id)))
        failed = next((part for part in parts if part.state == FAILED), None)
        if failed is not None:
            self._outbox.report(SMS, delivery_id, arrived=False, reason=failed.code or FAILED)
        elif parts and sum(part.state == ARRIVED for part in parts) == parts[0].of:
            self._outbox.report(SMS, delivery_id, arrived=True)

    def _keep(self, session: Session, report: Report) -> None:
        try:
            with session.begin_nested():
                row = SmsReport(ref=report.ref, code=report.code, arrived=report.arrived, at=self._clock.now())
                session.add(row)
                session.flush()
        except IntegrityError:
            pass

    def _apply(self, part: SmsPart, arrived: bool | None, code: str) -> None:
        """Of reports that contradict one another "arrived" stands."""
        if arrived is None or part.state == ARRIVED:
            return
        part.state, part.code, part.changed_at = (ARRIVED if arrived else FAILED), code, self._clock.now()
