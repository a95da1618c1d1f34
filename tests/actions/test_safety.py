"""Danger in a conversation: words and ticket at once, once, then where it is."""

import pytest
from sqlalchemy import select

from bot.billing import Billing
from bot.clock import FixedClock
from bot.customers import Customers
from bot.fieldwork import HazardDesk
from bot.fieldwork.tables import TroubleTicket
from bot.identity import Identity
from bot.language import assess
from bot.storage.engine import Database
from tests.actions.desk import Desk, rooms


@pytest.fixture
def desk(seeded: Database, clock: FixedClock, identity: Identity, billing: Billing, customers: Customers) -> Desk:
    return Desk(clock, identity=identity, billing=billing, customers=customers, **rooms(seeded, clock))


def tickets(db: Database) -> list[TroubleTicket]:
    with db.read() as session:
        return list(session.scalars(select(TroubleTicket)))


def test_the_words_come_first_and_name_a_stored_ticket(desk: Desk, seeded: Database) -> None:
    desk.say("电线掉地上了", "report_hazard")
    (ticket,) = tickets(seeded)
    assert desk.text().startswith("别靠近别碰!离它至少8米")
    assert f"已报急修 {ticket.no}" in desk.text() and ticket.urgency == "urgent"
    assert "您在哪里" in desk.text() and "满意" not in desk.text()


def test_the_place_told_next_goes_onto_the_ticket(desk: Desk, seeded: Database) -> None:
    desk.say("电线掉地上了", "report_hazard")
    desk.say("前庄村口大槐树下")
    (ticket,) = tickets(seeded)
    assert desk.kinds == ["hazard_place"]
    assert (ticket.place, ticket.area) == ("前庄村口大槐树下", "rural")
    assert desk.form is None


def test_what_the_guard_stored_is_not_stored_again(desk: Desk, seeded: Database) -> None:
    text = "电线掉地上了"
    HazardDesk(desk.house.fieldwork).report("desk", "desk-1", text, assess(text))
    desk.say(text, "report_hazard")
    assert len(tickets(seeded)) == 1 and len(desk.house.fieldwork.unseen_alarms()) == 1


def test_danger_leaves_whatever_was_being_filled_in(desk: Desk, seeded: Database) -> None:
    desk.say("没电了", "report_no_power")
    desk.say("门口电线断了掉地上冒火", "report_hazard")
    assert desk.kinds == ["hazard"] and desk.form == "service_form"
    desk.say("老街口")
    assert [t.kind for t in tickets(seeded)] == ["hazard"]


def test_more_danger_in_the_same_talk_is_added(desk: Desk, seeded: Database) -> None:
    desk.say("电线掉地上了", "report_hazard")
    desk.say("有人触电了", "report_hazard")
    (ticket,) = tickets(seeded)
    assert {"wire_down", "shock"} <= set(ticket.flags)


def test_a_ventilator_without_power_is_asked_nothing_but_where(desk: Desk, seeded: Database) -> None:
    text = "停电了,家里老人用着呼吸机"
    HazardDesk(desk.house.fieldwork).report("desk", "desk-1", text, assess(text))
    desk.say(text, "report_no_power")
    assert desk.kinds == ["hazard"] and "呼吸机" not in desk.text() and "备用电池" in desk.text()
    desk.say("前庄村46号")
    assert desk.kinds == ["service_ask"] and desk.cards[0].asked == "phone"
    desk.say("不留", "deny")
    (ticket,) = tickets(seeded)
    assert (ticket.kind, ticket.urgency, ticket.place) == ("hazard", "urgent", "前庄村46号")
    assert "life_support" in ticket.flags


def test_no_power_after_a_danger_goes_onto_the_danger_ticket(desk: Desk, seeded: Database) -> None:
    desk.say("电线掉地上了", "report_hazard")
    desk.say("前庄村口")
    desk.say("家里没电了", "report_no_power")
    desk.say("快派人", "request_repair")
    desk.say("前庄村口")
    desk.say("不留", "deny")
    assert [t.kind for t in tickets(seeded)] == ["hazard"]
    assert desk.kinds == ["ticket"]
