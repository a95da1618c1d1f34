"""Danger: one urgent ticket per conversation and half an hour, an alarm for each message, the words before anything."""

import threading

import pytest
from sqlalchemy import func, select

from bot.clock import FixedClock
from bot.errors import Conflict
from bot.fieldwork import Fieldwork, HazardDesk, safety_card
from bot.fieldwork.tables import TroubleTicket
from bot.language import assess
from bot.storage.engine import Database


def report(fieldwork: Fieldwork, message: str, conversation: str = "c1", kind: str = "wire_down") -> TroubleTicket:
    return fieldwork.open_hazard_ticket(conversation, kind, {"crowd"}, "线断了", message)


def test_danger_is_one_urgent_ticket_in_half_an_hour(fieldwork: Fieldwork, clock: FixedClock) -> None:
    first = report(fieldwork, "c1:1")
    assert (first.kind, first.urgency) == ("hazard", "urgent")
    clock.advance(minutes=29)
    assert report(fieldwork, "c1:2", kind="fire").no == first.no
    clock.advance(minutes=2)
    assert report(fieldwork, "c1:3").no != first.no


def test_what_is_added_stands_on_the_ticket(fieldwork: Fieldwork) -> None:
    report(fieldwork, "c1:1")
    added = fieldwork.open_hazard_ticket("c1", "fire", {"vulnerable"}, "着火了", "c1:2")
    assert added.flags == ["crowd", "fire", "vulnerable", "wire_down"]
    assert added.description == "线断了\n着火了"


def test_the_same_message_again_changes_nothing(fieldwork: Fieldwork, clock: FixedClock) -> None:
    first = report(fieldwork, "c1:1")
    clock.advance(hours=2)
    again = report(fieldwork, "c1:1")
    assert (again.no, again.description) == (first.no, "线断了")
    assert len(fieldwork.unseen_alarms()) == 1


def test_every_message_of_danger_alarms_the_desk(fieldwork: Fieldwork) -> None:
    no = report(fieldwork, "c1:1").no
    report(fieldwork, "c1:2", kind="fire")
    assert [(a.ticket_no, a.kind) for a in fieldwork.unseen_alarms()] == [(no, "wire_down"), (no, "fire")]


def test_two_messages_of_danger_at_once_are_one_ticket(fieldwork: Fieldwork, any_db: Database) -> None:
    threads = [threading.Thread(target=report, args=(fieldwork, f"c1:{n}")) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_db.read() as session:
        assert session.scalar(select(func.count()).select_from(TroubleTicket)) == 1
    assert len(fieldwork.unseen_alarms()) == 6


def test_danger_of_another_conversation_is_another_ticket(fieldwork: Fieldwork) -> None:
    assert report(fieldwork, "c1:1").no != report(fieldwork, "c2:1", "c2").no


def test_a_danger_ticket_is_not_called_off_by_a_message(fieldwork: Fieldwork) -> None:
    with pytest.raises(Conflict):
        fieldwork.cancel(report(fieldwork, "c1:1").no, request_key="c1:2")


def test_the_place_told_afterwards_is_kept_once(fieldwork: Fieldwork) -> None:
    no = report(fieldwork, "c1:1").no
    for _ in range(2):
        ticket = fieldwork.add_place(no, "前庄村口", "rural", "", request_key="c1:2:place")
    assert ticket.place == "前庄村口"
    assert [e.name for e in fieldwork.history(no)] == ["opened", "place_added"]


def test_the_guard_gets_the_words_of_the_danger_with_the_number(fieldwork: Fieldwork) -> None:
    text = "电线断了掉在路上"
    card = HazardDesk(fieldwork).report("c1", "c1:1", text, assess(text))
    assert card.danger == "wire_down"
    assert card.first["web"].startswith("别靠近别碰!离它至少8米")
    assert f"已报急修 {card.ticket_no}" in card.close


def test_a_danger_nobody_recognised_still_says_keep_away() -> None:
    card = safety_card("unknown", "LZ2611240001")
    assert card.first["sms"].startswith("别靠近别碰") and card.then == ""
