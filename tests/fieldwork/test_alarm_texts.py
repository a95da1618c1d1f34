"""Danger by text message: once for a ticket, to whoever is on call, with kind and place and none of the words."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.clock import LOCAL, FixedClock
from bot.fieldwork import AlarmTexts, Fieldwork, ServiceLevels
from bot.storage.engine import Database
from bot.supplier import FOLDER, AlarmRecipient, Supplier, WorkCalendar, load_supplier

ALWAYS = {"name": "值班", "phone": "13700000091"}
DAYTIME = {"name": "安全员", "phone": "13700000092", "when": {"周一至周五": "8:00-18:00", "节假日": "休息"}}
NO_PHONE = {"name": "还没有号码的人"}


class Phones:
    """Keeps what was put, once for a key."""

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, str]] = {}

    def put(
        self, session: Session, *, channel: str, address: str, text: str, request_key: str, kind: str, data: Any
    ) -> None:
        assert (channel, kind, data["no"] in text) == ("sms", "alarm", True)
        self.texts.setdefault(request_key, (address, text))

    @property
    def to(self) -> list[str]:
        return [address for address, _ in self.texts.values()]


def alarmed(
    db: Database, clock: FixedClock, levels: ServiceLevels, *recipients: dict[str, Any]
) -> tuple[Fieldwork, Phones]:
    phones = Phones()
    people = tuple(AlarmRecipient.model_validate(recipient) for recipient in recipients)
    supplier: Supplier = load_supplier((FOLDER,)).model_copy(update={"alarm_recipients": people})
    texts = AlarmTexts(phones, lambda: supplier, WorkCalendar)
    return Fieldwork(db, clock, levels, texts=texts), phones


def report(fieldwork: Fieldwork, message: str, text: str = "前庄村口电线掉地上了,我叫王二,13912345678") -> str:
    return fieldwork.open_hazard_ticket("c1", "wire_down", set(), text, message).no


def test_a_danger_ticket_is_told_once_to_each_recipient(
    any_db: Database, clock: FixedClock, levels: ServiceLevels
) -> None:
    fieldwork, phones = alarmed(any_db, clock, levels, ALWAYS, DAYTIME, NO_PHONE)
    for message in ("c1:1", "c1:1", "c1:2"):
        report(fieldwork, message)
    assert phones.to == ["13700000091", "13700000092"]
    clock.advance(minutes=31)
    report(fieldwork, "c1:3")
    assert len(phones.to) == 4, "another ticket"


def test_it_names_kind_place_and_ticket_and_nothing_else_the_customer_said(
    any_db: Database, clock: FixedClock, levels: ServiceLevels
) -> None:
    fieldwork, phones = alarmed(any_db, clock, levels, ALWAYS)
    no = report(fieldwork, "c1:1")
    ((_, text),) = phones.texts.values()
    assert (
        text == f"危险报警:断线、垂线、不明线。地点:前庄村口。急修单{no},09:00报。请马上处置,并在工作台点“我已看到”。"
    )
    assert "王二" not in text and "13912345678" not in text and "掉地上" not in text


def test_a_place_not_said_yet_is_said_to_be_asked(any_db: Database, clock: FixedClock, levels: ServiceLevels) -> None:
    fieldwork, phones = alarmed(any_db, clock, levels, ALWAYS)
    report(fieldwork, "c1:1", "电线掉地上了")
    assert "地点:还在问客户,见工作台" in next(iter(phones.texts.values()))[1]


@pytest.mark.parametrize(
    ("at", "told"),
    [("2026-11-24T17:59", 2), ("2026-11-24T18:00", 1), ("2026-11-28T10:00", 1), ("2026-10-01T10:00", 1)],
)
def test_who_is_not_on_call_is_not_woken(
    any_db: Database, clock: FixedClock, levels: ServiceLevels, at: str, told: int
) -> None:
    clock.instant = datetime.fromisoformat(at).replace(tzinfo=LOCAL)
    fieldwork, phones = alarmed(any_db, clock, levels, ALWAYS, DAYTIME)
    report(fieldwork, "c1:1")
    assert len(phones.to) == told


def test_where_nobody_is_on_call_everybody_is_told(any_db: Database, clock: FixedClock, levels: ServiceLevels) -> None:
    clock.advance(hours=12)
    fieldwork, phones = alarmed(any_db, clock, levels, DAYTIME)
    report(fieldwork, "c1:1")
    assert phones.to == ["13700000092"]


def test_a_ticket_that_could_not_be_stored_alarms_nobody(
    any_db: Database, clock: FixedClock, levels: ServiceLevels
) -> None:
    """The text stands in the ticket's own transaction."""

    class Broken(Phones):
        def put(self, session: Session, **fields: Any) -> None:  # type: ignore[override]
            raise RuntimeError("the outbox is down")

    fieldwork, _ = alarmed(any_db, clock, levels, ALWAYS)
    fieldwork._hazards._texts._outbox = Broken()  # type: ignore[union-attr]
    with pytest.raises(RuntimeError):
        report(fieldwork, "c1:1")
    assert fieldwork.unseen_alarms() == []
