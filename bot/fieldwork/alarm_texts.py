"""Danger by text message to the people the supplier has named: once for a ticket, stored in the ticket's transaction.

What the customer wrote stays inside: the text names the kind of danger, the place if the message tells one, the ticket.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml
from sqlalchemy.orm import Session

from bot.clock import local
from bot.fieldwork.tables import HazardReport, TroubleTicket
from bot.language import find_entities, load_safety
from bot.supplier import AlarmRecipient, Supplier, WorkCalendar

ALARM = "alarm"
WORDS = Path(__file__).with_name("words.yml")


class Outbox(Protocol):
    """Where texts wait to be sent; the same key again stores nothing."""

    def put(
        self,
        session: Session,
        *,
        channel: str,
        address: str,
        text: str,
        request_key: str,
        kind: str,
        data: Mapping[str, Any],
    ) -> None: ...


class AlarmTexts:
    def __init__(self, outbox: Outbox, supplier: Callable[[], Supplier], calendar: Callable[[], WorkCalendar]) -> None:
        self._outbox = outbox
        self._supplier = supplier
        self._calendar = calendar

    def send(self, session: Session, ticket: TroubleTicket, report: HazardReport) -> None:
        """One text to each recipient whose hours it is; to all of them where it is nobody's."""
        fields = _fields(ticket, report)
        text = _words()["alarm"].format(**fields)
        for recipient in self._on_call(report):
            self._outbox.put(
                session,
                channel="sms",
                address=str(recipient.phone),
                text=text,
                request_key=f"{ticket.no}:alarm:{recipient.phone}",
                kind=ALARM,
                data=fields,
            )

    def _on_call(self, report: HazardReport) -> Iterable[AlarmRecipient]:
        reachable = [recipient for recipient in self._supplier().alarm_recipients if recipient.phone]
        now = [recipient for recipient in reachable if recipient.when.is_open(report.at, self._calendar())]
        return now or reachable


def _fields(ticket: TroubleTicket, report: HazardReport) -> dict[str, str]:
    words, kinds = _words(), load_safety()
    danger = kinds[report.kind].title if report.kind in kinds else words["alarm_kind_unknown"]
    place = next((e.value for e in find_entities(report.text) if e.entity == "address"), words["alarm_place_unknown"])
    return {"danger": danger, "place": place, "no": ticket.no, "time": f"{local(report.at):%H:%M}"}


@cache
def _words() -> dict[str, str]:
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))
