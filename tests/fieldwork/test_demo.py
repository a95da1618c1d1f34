"""The demo's tickets: there after seeding, dated from today, and visitors' tickets beside them."""

from datetime import date, datetime

from bot.clock import LOCAL, FixedClock
from bot.fieldwork import Fieldwork, NewTicket, seed_tickets
from bot.storage.engine import Database


def test_the_dispatched_repair_has_an_appointment_tomorrow_morning(
    fieldwork: Fieldwork, any_db: Database, clock: FixedClock
) -> None:
    seed_tickets(any_db, clock)
    (ticket,) = fieldwork.for_the_house("4100000116")
    agreed = fieldwork.appointment(ticket.no)
    assert (ticket.no, ticket.kind, ticket.state) == ("LZ2611239001", "repair", "dispatched")
    assert agreed is not None and agreed.starts_at == datetime(2026, 11, 25, 9, 0, tzinfo=LOCAL)
    assert [e.to_state for e in fieldwork.history(ticket.no)] == ["accepted", "dispatched"]


def test_seeding_again_the_same_day_touches_nothing(fieldwork: Fieldwork, any_db: Database, clock: FixedClock) -> None:
    seed_tickets(any_db, clock)
    (ticket,) = fieldwork.for_the_house("4100000116")
    fieldwork.urge(ticket.no, request_key="m1")
    seed_tickets(any_db, clock)
    assert [t.urged for t in fieldwork.for_the_house("4100000116")] == [1]


def test_a_new_day_dates_the_demo_anew_and_keeps_visitors_tickets(
    fieldwork: Fieldwork, any_db: Database, clock: FixedClock
) -> None:
    seed_tickets(any_db, clock)
    mine = fieldwork.open_ticket(NewTicket("repair", "m1", conversation_id="c1")).no
    seed_tickets(any_db, clock, today=date(2026, 12, 1))
    assert [t.no for t in fieldwork.for_the_house("4100000116")] == ["LZ2611309001"]
    assert [t.no for t in fieldwork.of_conversation("c1")] == [mine]


def test_the_subject_of_a_report_sees_nothing_of_it(fieldwork: Fieldwork, any_db: Database, clock: FixedClock) -> None:
    seed_tickets(any_db, clock)
    assert fieldwork.for_the_house("4100000249") == []
