"""The state machine as a table: which step leads where, and that time alone never goes in a circle."""

import pytest

from bot.conversations.states import STATES, STEPS, Step, after

# from, step, to; every pair that is not here cannot be taken.
EXPECTED = {
    ("bot", "request_human"): "queued",
    ("closed", "request_human"): "queued",
    ("queued", "claim"): "agent",
    ("agent", "pass_on"): "agent",
    ("agent", "requeue"): "queued",
    ("agent", "give_back"): "bot",
    ("agent", "agent_lost"): "queued",
    ("bot", "close"): "closed",
    ("agent", "close"): "closed",
    ("closed", "reopen"): "bot",
}
BY_TIME = ("agent_lost", "close")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_leads_where_it_should_or_cannot_be_taken(state: str, step: Step) -> None:
    assert after(state, step) == EXPECTED.get((state, step))


def test_who_waits_for_a_person_is_never_closed_by_anybody() -> None:
    assert after("queued", "close") is None


def test_time_alone_never_goes_in_a_circle() -> None:
    def reached(state: str) -> set[str]:
        onward = {to for step in BY_TIME if (to := after(state, step))}
        return onward.union(*(reached(to) for to in onward)) if onward else set()

    assert all(state not in reached(state) for state in STATES)


def test_every_state_can_be_left_and_reached() -> None:
    assert {to for _, to in STEPS.values()} == set(STATES)
    assert {state for before, _ in STEPS.values() for state in before} == set(STATES)
