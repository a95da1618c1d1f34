"""Templates: every kind of card is decided, every text keeps the carrier's rules, every value fits or is not sent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from bot.channels.sms.compose import FromTemplates
from bot.channels.sms.driver import Template
from bot.channels.sms.templates import LONGEST_TEXT, PLACE, Row, Table, Templates, fallback_text, load_codes, load_table
from bot.clock import LOCAL, FixedClock
from bot.conversations.carriers import NotCarried, Parcel
from bot.errors import ConfigurationError
from bot.fieldwork.hazard_desk import safety_card
from bot.identity.codes import VALID_MINUTES
from bot.identity.reading import texts
from bot.language import load_safety
from bot.replies.cards import Card, card_kinds
from bot.replies.cards.billing import BalanceCard, ReconnectionCard
from bot.replies.cards.fieldwork import Ticket, TicketRescheduled
from bot.replies.cards.handoff import Queued
from bot.replies.cards.safety import HazardPlace
from bot.replies.cards.talk import Greet
from bot.replies.render import Renderer
from bot.supplier import Supplier, load_supplier

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL)
EVERY = {row.name: f"SMS_{n}" for n, row in enumerate(load_table().templates)}
EVERY |= {f"hazard_{kind}": f"SMS_H_{kind}" for kind in load_safety()} | {"answered": "SMS_A"}


def made(clock: FixedClock, codes: dict[str, str | None] = EVERY, supplier: Supplier | None = None) -> Templates:
    supplier = supplier or load_supplier()
    return Templates(load_table(), codes, Renderer(lambda: supplier, clock), supplier)


def parcel(card: Card | None = None, **fields: Any) -> Parcel:
    data = card.dump() if card is not None else fields.pop("data", {})
    data.pop("options", None)
    kind = card.kind if card is not None else fields.pop("kind")
    return Parcel("p", "sms", "13800000017", kind, "text", 1, data)


def sent(clock: FixedClock, given: Parcel) -> tuple[str, dict[str, str]]:
    (template,) = FromTemplates(made(clock))(given)
    assert isinstance(template, Template)
    names = {code: name for name, code in EVERY.items()}
    return names[template.code], dict(template.variables)


def ticket(**fields: Any) -> Ticket:
    given = {"no": "T20261124001", "ticket_kind": "repair", "title": "报修", "state": "accepted", "place": "老街"}
    return Ticket(**given | {"query_word": "春风", "opened_at": NOON, "new": True} | fields)


def test_every_kind_of_card_is_decided_once() -> None:
    table = load_table()
    own = {row.kind for row in table.templates} - {"one_time_code", "alarm"} | {"hazard"}
    assert own & set(table.fallback) == set()
    assert len(table.fallback) == len(set(table.fallback))
    assert own | set(table.fallback) == set(card_kinds()), "a new card needs a template, or a line under fallback"


def test_every_text_keeps_the_carriers_rules(clock: FixedClock) -> None:
    rows = [submission.row for submission in made(clock).submissions()]
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert len(PLACE.sub("x" * 35, row.text)) <= LONGEST_TEXT
        assert "{" not in PLACE.sub("", row.text), "every place is a variable of the carrier"


@pytest.mark.parametrize("kind", sorted(load_safety()))
def test_every_danger_has_its_words_verbatim(clock: FixedClock, kind: str) -> None:
    card = safety_card(kind, "T20261124001")
    name, variables = sent(clock, parcel(card))
    row = next(s.row for s in made(clock).submissions() if s.row.name == name)
    assert row.text.replace("${no}", variables["no"]) == card.first["sms"] + card.close


def test_a_danger_that_was_not_told_apart_has_its_words_too(clock: FixedClock) -> None:
    assert sent(clock, parcel(safety_card("unknown", "T1")))[0] == "hazard_wire_down"


def test_the_code_is_the_carriers_kind_of_variable(clock: FixedClock) -> None:
    assert sent(clock, parcel(kind="one_time_code", data={"code": "012345"})) == ("one_time_code", {"code": "012345"})
    alarm = {"danger": "断线、垂线、不明线", "place": "前庄村口", "no": "LZ2611240001", "time": "09:00"}
    assert sent(clock, parcel(kind="alarm", data=alarm)) == ("alarm", alarm)
    row = next(row for row in load_table().templates if row.name == "one_time_code")
    assert row.text == texts()["one_time_code"].format(code="${code}", minutes=VALID_MINUTES)


def test_an_alarm_reaches_the_people_on_call_by_its_own_template(clock: FixedClock) -> None:
    fields = {"danger": "断线、垂线、不明线", "place": "前庄村口", "no": "T1", "time": "09:00"}
    assert sent(clock, parcel(kind="alarm", data=fields)) == ("alarm", fields)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (ticket(), ("ticket_opened", {"title": "报修", "no": "T20261124001", "word": "春风"})),
        (ticket(ticket_kind="complaint"), ("complaint_opened", {"no": "T20261124001", "word": "春风"})),
        (ticket(new=False), ("answered", {})),
        (
            TicketRescheduled(no="T1", starts_at=NOON, ends_at=NOON),
            ("ticket_rescheduled", {"no": "T1", "from": "明天 12:00", "to": "12:00"}),
        ),
        (Queued(place=3, reason="asked_for"), ("queued", {"place": "3"})),
        (Queued(place=0, reason="asked_for"), ("answered", {})),
        (HazardPlace(ticket_no="T1", place="老街口"), ("hazard_place", {"no": "T1", "place": "老街口"})),
        (HazardPlace(ticket_no="T1", place="老街" * 30), ("hazard_place_noted", {"no": "T1"})),
        (HazardPlace(ticket_no="T1", place="http://x.cn"), ("hazard_place_noted", {"no": "T1"})),
        (ReconnectionCard(cut_at=NOON, returns_by=NOON, failed=False), ("reconnection", {"by": "明天 12:00"})),
        (Greet(), ("answered", {})),
    ],
    ids=str,
)
def test_a_card_fills_its_template_or_says_where_the_answer_is(
    clock: FixedClock, card: Card, expected: tuple[str, dict[str, str]]
) -> None:
    assert sent(clock, parcel(card)) == expected


def balance(**fields: Any) -> BalanceCard:
    none = Decimal(0)
    given = {"account_no": "4100000017", "settlement_mode": "postpaid", "balance": none, "credit": none, "owed": []}
    return BalanceCard(**given | {"total_owed": none, "pending": none} | fields)


def test_a_balance_is_told_by_its_kind(clock: FixedClock) -> None:
    assert sent(clock, parcel(balance(total_owed=Decimal("88.5")))) == ("balance_owed", {"amount": "88.50"})
    assert sent(clock, parcel(balance(credit=Decimal(5)))) == ("balance_nothing_owed", {"amount": "5.00"})
    prepaid = balance(settlement_mode="prepaid_remote", balance=Decimal("14.2"), days_left=4)
    assert sent(clock, parcel(prepaid)) == ("balance_prepaid", {"amount": "14.20", "days": "4"})


def test_what_nobody_approved_is_not_sent_as_something_else(clock: FixedClock) -> None:
    only = made(clock, {"answered": "SMS_A"})
    assert only.choose("ticket", parcel(ticket()).data) == Template("SMS_A", {})
    with pytest.raises(NotCarried) as refused:
        FromTemplates(made(clock, {}))(parcel(ticket()))
    assert refused.value.permanent and refused.value.code == "no_template"


def test_a_notice_that_is_no_card_and_no_code_is_answered_by_the_fallback(clock: FixedClock) -> None:
    assert sent(clock, parcel(kind="one_time_code", data={}))[0] == "answered"
    assert sent(clock, parcel(kind="of later", data={"x": 1}))[0] == "answered"


def test_the_fallback_names_the_suppliers_own_address() -> None:
    supplier = load_supplier().model_copy(update={"domain": "kf.example.cn"})
    assert fallback_text(supplier) == "您的问题已有答复,请打开 kf.example.cn 或回复人工"
    assert fallback_text(load_supplier().model_copy(update={"domain": None})).startswith("您的问题已有答复,请打 95598")


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("工单${no}", {}),
        ("工单", {"no": "number"}),
        ("工单${no}${word}", {"no": "number", "word": "text"}),
        ("工单${no}和${no}", {"no": "number"}),
        ("工单${id}", {"id": "number"}),
        ("工单${1a}", {"1a": "number"}),
        ("${no}", {"no": "number"}),
        ("【长葛】工单", {}),
        ("电" * 501, {}),
        ("工单${no}", {"no": "colour"}),
    ],
)
def test_a_row_against_the_rules_is_refused(text: str, variables: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Row.model_validate(
            {
                "name": "n",
                "kind": "ticket",
                "text": text,
                "variables": {name: {"is": kind, "value": "x"} for name, kind in variables.items()},
            }
        )


def test_a_code_for_no_template_stops_the_start(clock: FixedClock) -> None:
    with pytest.raises(ConfigurationError):
        made(clock, {"tikcet": "SMS_1"})
    assert set(load_codes()) <= set(EVERY)
    with pytest.raises(ValidationError):
        Table.model_validate({"templates": [], "fallback": [], "more": 1})
