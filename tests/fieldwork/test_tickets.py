"""Tickets: one number each, one ticket a request, nothing restricted on an account, states that cannot be lost."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import LOCAL, FixedClock
from bot.errors import Conflict, NotFound, RateLimited
from bot.fieldwork import Fieldwork, NewTicket
from bot.fieldwork.tables import SealedSubject, TicketEvent, TroubleTicket
from bot.storage.engine import Database


def side_by_side(count: int, work: object) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_number_is_the_day_and_a_count_that_starts_anew(fieldwork: Fieldwork, clock: FixedClock) -> None:
    numbers = [fieldwork.open_ticket(NewTicket("repair", f"m{n}")).no for n in range(2)]
    clock.advance(hours=16)
    assert [*numbers, fieldwork.open_ticket(NewTicket("repair", "m9")).no] == [
        "LZ2611240001",
        "LZ2611240002",
        "LZ2611250001",
    ]


def test_a_repeated_request_finds_the_first_ticket(fieldwork: Fieldwork) -> None:
    first = fieldwork.open_ticket(NewTicket("repair", "m1:x", place="老街1号"))
    again = fieldwork.open_ticket(NewTicket("repair", "m1:x", place="别处"))
    assert (again.no, again.place) == (first.no, "老街1号")


def test_tickets_opened_at_the_same_time_get_different_numbers(fieldwork: Fieldwork) -> None:
    numbers: list[str] = []
    side_by_side(8, lambda n: numbers.append(fieldwork.open_ticket(NewTicket("repair", f"m{n}")).no))
    assert sorted(numbers) == [f"LZ261124{n:04d}" for n in range(1, 9)]


def test_the_same_request_at_the_same_time_is_one_ticket(fieldwork: Fieldwork) -> None:
    numbers: list[str] = []
    side_by_side(6, lambda n: numbers.append(fieldwork.open_ticket(NewTicket("repair", "same")).no))
    assert numbers == ["LZ2611240001"] * 6


@pytest.mark.parametrize("kind", ["theft", "complaint"])
def test_restricted_tickets_are_never_on_an_account(fieldwork: Fieldwork, any_db: Database, kind: str) -> None:
    known = {"conversation_id": "c1", "account_no": "4100000249", "phone": "13800000108"}
    wanted = NewTicket(kind, "m1", target="老街口那家店", **known)
    ticket = fieldwork.open_ticket(wanted)
    fieldwork.open_ticket(NewTicket("repair", "m2", account_no="4100000249"))
    assert [t.kind for t in fieldwork.for_the_house("4100000249")] == ["repair"]
    with any_db.read() as session:
        row = session.get_one(TroubleTicket, ticket.no)
        sealed = session.get_one(SealedSubject, ticket.no)
    assert (row.phone, row.account_no) == ("", None)
    assert (sealed.target, sealed.reporter) == ("老街口那家店", "13800000108")


def test_an_anonymous_report_leads_back_to_nobody(fieldwork: Fieldwork, any_db: Database) -> None:
    wanted = NewTicket("theft", "secret-talk:4:action", conversation_id="secret-talk", phone="", anonymous=True)
    ticket = fieldwork.open_ticket(wanted)
    with any_db.read() as session:
        row = session.get_one(TroubleTicket, ticket.no)
        events = session.scalars(select(TicketEvent).where(TicketEvent.ticket_no == ticket.no)).all()
        kept = [row.request_key, row.conversation_id, session.get_one(SealedSubject, ticket.no).reporter]
    assert not any("secret-talk" in str(value) for value in [*kept, *(e.request_key for e in events)])
    assert fieldwork.of_conversation("secret-talk") == []
    assert fieldwork.find(ticket.no, ticket.query_word).no == ticket.no
    assert fieldwork.open_ticket(wanted).no == ticket.no


def test_number_and_word_find_it_and_a_wrong_pair_looks_like_none(fieldwork: Fieldwork) -> None:
    ticket = fieldwork.open_ticket(NewTicket("repair", "m1"))
    assert fieldwork.find(ticket.no, ticket.query_word).no == ticket.no
    wrong = "000000" if ticket.query_word != "000000" else "111111"
    said = set()
    for no in (ticket.no, "LZ2611249999"):
        with pytest.raises(NotFound) as refusal:
            fieldwork.find(no, wrong)
        said.add(refusal.value.message)
    assert len(said) == 1


def test_guessing_the_word_is_stopped_for_an_hour(fieldwork: Fieldwork, clock: FixedClock) -> None:
    ticket = fieldwork.open_ticket(NewTicket("repair", "m1"))
    for _ in range(5):
        with pytest.raises(NotFound):
            fieldwork.find(ticket.no, "错的")
    with pytest.raises(RateLimited):
        fieldwork.find(ticket.no, ticket.query_word)
    clock.advance(minutes=61)
    assert fieldwork.find(ticket.no, ticket.query_word).no == ticket.no


def test_a_state_changes_only_from_the_state_that_was_seen(fieldwork: Fieldwork) -> None:
    no = fieldwork.open_ticket(NewTicket("repair", "m1")).no
    fieldwork.move(no, "accepted", "dispatched", name="dispatched")
    with pytest.raises(Conflict):
        fieldwork.move(no, "accepted", "cancelled", name="cancelled")
    with pytest.raises(Conflict):
        fieldwork.move(no, "dispatched", "closed", name="closed")
    assert [(e.from_state, e.to_state) for e in fieldwork.history(no)] == [
        (None, "accepted"),
        ("accepted", "dispatched"),
    ]


def test_urging_twice_in_one_turn_counts_once(fieldwork: Fieldwork) -> None:
    no = fieldwork.open_ticket(NewTicket("repair", "m1")).no
    assert [fieldwork.urge(no, request_key=key) for key in ("m2", "m2", "m3")] == [1, 1, 2]


def test_the_newest_appointment_holds(fieldwork: Fieldwork) -> None:
    no = fieldwork.open_ticket(NewTicket("repair", "m1")).no
    starts = datetime(2026, 11, 26, 14, 0, tzinfo=LOCAL)
    for key, days in (("m2", 0), ("m3", 1), ("m3", 1)):
        fieldwork.reschedule(no, starts + timedelta(days=days), starts + timedelta(days=days, hours=2), request_key=key)
    agreed = fieldwork.appointment(no)
    assert agreed is not None and agreed.starts_at == starts + timedelta(days=1)


def test_a_cancelled_ticket_stays_cancelled(fieldwork: Fieldwork) -> None:
    no = fieldwork.open_ticket(NewTicket("repair", "m1", conversation_id="c1")).no
    fieldwork.cancel(no, request_key="m2")
    fieldwork.cancel(no, request_key="m2")
    with pytest.raises(Conflict):
        fieldwork.cancel(no, request_key="m3")
    assert fieldwork.of_conversation("c1", open_only=True) == []
    assert [t.state for t in fieldwork.of_conversation("c1")] == ["cancelled"]


def test_nobody_cancels_once_the_crew_is_there(fieldwork: Fieldwork) -> None:
    no = fieldwork.open_ticket(NewTicket("no_power", "m1")).no
    fieldwork.move(no, "accepted", "dispatched", name="dispatched")
    fieldwork.move(no, "dispatched", "on_site", name="arrived")
    with pytest.raises(Conflict):
        fieldwork.cancel(no, request_key="m2")
