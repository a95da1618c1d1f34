"""Tickets: one number each, one ticket a request, one danger ticket in 30 minutes, nothing restricted on an account."""

import threading

import pytest

from bot.clock import FixedClock
from bot.errors import Conflict
from bot.fieldwork import Fieldwork, NewTicket, load_service_levels
from bot.storage.engine import Database


@pytest.fixture
def fieldwork(any_db: Database, clock: FixedClock) -> Fieldwork:
    return Fieldwork(any_db, clock, load_service_levels())


def test_a_repeated_request_finds_the_first_ticket(fieldwork: Fieldwork) -> None:
    first = fieldwork.open_ticket(NewTicket("repair", place="老街1号"), "m1:x")
    again = fieldwork.open_ticket(NewTicket("repair", place="老街1号"), "m1:x")
    assert first.no == again.no == "LZ2611240001"


def test_tickets_opened_at_the_same_time_get_different_numbers(fieldwork: Fieldwork) -> None:
    numbers: list[str] = []

    def one(n: int) -> None:
        numbers.append(fieldwork.open_ticket(NewTicket("repair"), f"m{n}").no)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 8


def test_danger_is_one_ticket_in_half_an_hour(fieldwork: Fieldwork, clock: FixedClock) -> None:
    new = NewTicket("hazard", conversation_id="c1", flags=("crowd",))
    first = fieldwork.report_hazard(new, "c1:1")
    clock.advance(minutes=29)
    assert fieldwork.report_hazard(new, "c1:2").no == first.no
    assert fieldwork.report_hazard(new, "c1:1").no == first.no
    clock.advance(minutes=2)
    assert fieldwork.report_hazard(new, "c1:3").no != first.no


def test_danger_of_another_conversation_is_another_ticket(fieldwork: Fieldwork) -> None:
    one = fieldwork.report_hazard(NewTicket("hazard", conversation_id="c1"), "c1:1")
    other = fieldwork.report_hazard(NewTicket("hazard", conversation_id="c2"), "c2:1")
    assert one.no != other.no and one.urgency == "urgent"


def test_a_place_told_twice_is_kept_once(fieldwork: Fieldwork) -> None:
    ticket = fieldwork.report_hazard(NewTicket("hazard", conversation_id="c1"), "c1:1")
    for _ in range(2):
        seen = fieldwork.add_place(ticket.no, "前庄村口", "c1:2")
    assert seen.place == "前庄村口"


def test_restricted_tickets_are_not_on_the_account(fieldwork: Fieldwork) -> None:
    fieldwork.open_ticket(NewTicket("theft", account_no="4100000249", conversation_id="reporter"), "m1")
    fieldwork.open_ticket(NewTicket("repair", account_no="4100000249", conversation_id="c0"), "m2")
    assert [t.kind for t in fieldwork.tickets_of("other", "4100000249")] == ["repair"]
    assert [t.kind for t in fieldwork.tickets_of("reporter")] == ["theft"]


def test_a_ticket_is_found_by_number_and_word_only(fieldwork: Fieldwork) -> None:
    ticket = fieldwork.open_ticket(NewTicket("repair"), "m1")
    assert fieldwork.ticket_by_word(ticket.no, ticket.query_word) is not None
    assert fieldwork.ticket_by_word(ticket.no, "wrong") is None
    assert fieldwork.ticket_by_word("LZ2611249999", ticket.query_word) is None


def test_urging_twice_in_one_turn_counts_once(fieldwork: Fieldwork) -> None:
    ticket = fieldwork.open_ticket(NewTicket("repair"), "m1")
    fieldwork.urge(ticket.no, "m2")
    assert fieldwork.urge(ticket.no, "m2").urged == 1
    assert fieldwork.urge(ticket.no, "m3").urged == 2


def test_an_open_ticket_is_cancelled_and_a_danger_is_not(fieldwork: Fieldwork) -> None:
    ticket = fieldwork.open_ticket(NewTicket("repair"), "m1")
    assert fieldwork.cancel(ticket.no, "m2").state == "cancelled"
    assert fieldwork.cancel(ticket.no, "m2").state == "cancelled"
    hazard = fieldwork.report_hazard(NewTicket("hazard", conversation_id="c1"), "c1:1")
    with pytest.raises(Conflict):
        fieldwork.cancel(hazard.no, "m3")
