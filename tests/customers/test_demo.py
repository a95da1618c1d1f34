"""The demo customers: complete, consistent with one another, and re-dated."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.clock import FixedClock, at_local, local_day
from bot.customers import Customers
from bot.customers.agreements import parts_missing
from bot.customers.demo import recent, seed_customers
from bot.customers.demo_data import load_customers, load_network
from bot.customers.tables import DISCONNECT, RECONNECT, Consent
from bot.storage.engine import Database

DESIGNED = ["017", "025", "033", "041", "058", "066", "074", "082", "090", "108", "116", "124"]
MORE = ["132", "140", "157", "165", "173", "181", "199", "207", "215", "223", "231", "249", "256"]


@pytest.mark.parametrize("tail", DESIGNED + MORE)
def test_every_demo_customer_is_there_with_a_phone_that_ends_like_the_account(tail: str, customers: Customers) -> None:
    account_no = f"4100000{tail}"
    account = customers.account(account_no)
    (contact,) = customers.contacts(account_no)
    assert contact.registered and (contact.phone == f"13800000{tail}" or tail in ("173", "199"))
    assert customers.supply_points(account_no)[0].feeder
    assert [p.account_no for p in customers.usage_points(account_no)] == [account_no]
    assert customers.location(account_no) is not None
    assert account.state == ("connecting" if tail == "215" else "in_service")
    assert bool(customers.meters(account_no)) == (tail != "215")


def test_every_place_in_the_network_that_a_customer_names_exists() -> None:
    boxes, transformers = set(), set()
    for substation in load_network():
        for feeder in substation.feeders:
            for section in feeder.sections:
                for transformer in section.transformers:
                    transformers.add(transformer.code)
                    boxes.update(box for branch in transformer.branches for box in branch.boxes)
    for customer in load_customers():
        assert customer.box is None or customer.box in boxes
        assert {customer.transformer, customer.second_transformer} <= transformers | {None}
        assert customer.box or customer.transformer


def test_the_hospital_has_two_feeders_and_its_grade(customers: Customers) -> None:
    main, backup, own = customers.supply_points("4100000082")
    hospital = customers.account("4100000082")
    assert (main.role, backup.role, own.role) == ("main", "backup", "own")
    assert main.feeder != backup.feeder
    assert own.interlock and own.power_kw >= hospital.security_load_kw * Decimal("1.2")
    assert (hospital.load_class, hospital.critical_grade) == (1, "second")
    assert hospital.critical_document and hospital.critical_since
    assert hospital.own_generation == "generator_with_interlock"


def test_the_meter_that_is_not_seen_was_last_seen_this_morning(customers: Customers, clock: FixedClock) -> None:
    (meter,) = customers.meters("4100000066")
    assert meter.last_seen == at_local(local_day(clock.now()), 5, 45)
    silent = customers.silent_meters(["4100000066", "4100000017"], timedelta(hours=1))
    assert [meter.account_no for meter in silent] == ["4100000066"]


def test_the_agreement_of_the_snack_bar_ends_next_month(customers: Customers) -> None:
    (agreement,) = customers.agreements("4100000108")
    assert agreement.ends_on == date(2026, 12, 20)


def test_the_new_works_agreement_is_a_draft_without_its_boundary_drawing(customers: Customers) -> None:
    (draft,) = customers.agreements("4100000215")
    assert (draft.state, draft.kind, draft.signed_on) == ("draft", "high", None)
    assert parts_missing(customers.account("4100000215"), draft) == ["boundary"]


@pytest.mark.parametrize("tail", sorted(set(DESIGNED + MORE) - {"215"}))
def test_every_other_agreement_is_complete_and_settled_as_the_account_says(tail: str, customers: Customers) -> None:
    account_no = f"4100000{tail}"
    (agreement,) = customers.agreements(account_no)
    account = customers.account(account_no)
    assert parts_missing(account, agreement) == []
    assert customers.settlement_mode(account_no) == account.settlement_mode == agreement.settlement_mode


def test_nobody_without_an_agreement_in_force_is_prepaid(customers: Customers) -> None:
    assert customers.settlement_mode("4100000215") == customers.settlement_mode("4100009999") == "postpaid"


def test_a_meter_was_exchanged_after_notice_and_the_old_one_tested(customers: Customers) -> None:
    (exchange,) = customers.meter_exchanges("4100000207")
    (test,) = customers.meter_tests("4100000207")
    assert [meter.meter_no for meter in customers.meters("4100000207")] == [exchange.new_meter]
    assert exchange.notified_on is not None and exchange.notified_on < exchange.exchanged_on
    assert (test.meter_no, test.result) == (exchange.old_meter, "qualified")


def test_the_tenant_has_consent_for_sixty_days_more(customers: Customers, clock: FixedClock) -> None:
    (consent,) = customers.consents("4100000165")
    assert (consent.name, consent.role, consent.ends_on) == ("林晓", "tenant", date(2027, 1, 23))
    clock.advance(days=61)
    assert customers.consents("4100000165") == []


def test_seeding_again_does_not_give_back_a_consent_that_was_ended(
    seeded: Database, customers: Customers, clock: FixedClock
) -> None:
    with seeded.write() as session:
        session.scalars(select(Consent)).one().ended_at = clock.now()
    seed_customers(seeded, clock)
    assert customers.consents("4100000165") == []


def test_the_holder_died_in_march(customers: Customers, clock: FixedClock) -> None:
    assert customers.account("4100000157").holder_deceased_on == date(2026, 3, 12)


def test_notices_came_before_the_cut_as_the_rules_want_it(customers: Customers) -> None:
    (cut,) = customers.supply_commands("4100000025")
    notices = {notice.kind: notice.at for notice in customers.arrears_notices("4100000025")}
    assert cut.command == DISCONNECT
    assert timedelta(days=3) <= cut.at - notices["written"] <= timedelta(days=7)
    assert cut.at - notices["half_hour"] == timedelta(minutes=30)
    assert notices["dunning"] < notices["written"]


def test_a_reconnection_failed_twice_and_was_sent_again(customers: Customers) -> None:
    commands = customers.supply_commands("4100000132")
    assert [(c.command, c.state) for c in commands] == [
        (RECONNECT, "sent"),
        (RECONNECT, "failed"),
        (RECONNECT, "failed"),
        (DISCONNECT, "confirmed"),
    ]


def test_seeding_the_customers_again_dates_the_cut_again(
    seeded: Database, customers: Customers, clock: FixedClock
) -> None:
    clock.advance(days=3)
    seed_customers(seeded, clock)
    (cut,) = customers.supply_commands("4100000025")
    assert cut.at == at_local(date(2026, 11, 26), 9, 40)


def test_an_hour_that_has_not_come_yet_is_yesterdays() -> None:
    now = at_local(date(2026, 11, 24), 8, 0)
    assert recent(now, time(7, 0)) == at_local(date(2026, 11, 24), 7, 0)
    assert recent(now, time(9, 0)) == at_local(date(2026, 11, 23), 9, 0)
