"""Whoever asks for a person lands with those who know their kind of customer."""

from dataclasses import dataclass, field

import pytest

from actions.handoff import caller_of
from actions.turn import Turn
from bot.conversations.ownership import ANYBODY, Caller
from tests.actions.talk import Talk
from tests.demo_data import Phones, prove


@dataclass
class Case:
    account_no: str
    caller: Caller
    why: str = field(default="")


CASES = [
    Case("4100000082", Caller("key_accounts", important=True), "a hospital, critical grade"),
    Case("4100000074", Caller("key_accounts"), "a works on 10 kV"),
    Case("4100000140", Caller("special_care", important=True), "an oxygen concentrator at home"),
    Case("4100000090", Caller("stations"), "a farm"),
    Case("4100000017", Caller("general"), "a home"),
]


def turn() -> Turn:
    return Turn("talk", "m1", "转人工", "request_human", {}, ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_the_service_matrix_says_who_takes_a_proved_customer(case: Case, talk: Talk, phones: Phones) -> None:
    prove(talk.house.identity, phones, case.account_no, "talk")
    assert caller_of(turn()) == case.caller


def test_nobody_proved_is_anybody(talk: Talk) -> None:
    assert caller_of(turn()) == ANYBODY


def test_a_tenant_is_taken_by_those_of_the_account(talk: Talk, phones: Phones) -> None:
    prove(talk.house.identity, phones, "13800009165", "talk")
    assert caller_of(turn()) == Caller("general")
