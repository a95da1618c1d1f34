"""kill -9 of any process at any point of a turn: nothing lost, nothing answered twice, nothing created twice."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, wait_until

POINTS = {
    "before asking": "bot.conversations.dialogue:HttpDialogue.turn:before",
    "in understanding": "bot.dialogue.processor:TurnProcessor.parse_message:before",
    "in the action, after its commit": "rasa_sdk.executor:ActionExecutor.run:after",
    "after the tracker is saved": "bot.dialogue.tracker_store:CompactTrackerStore.save_turn:after",
    "before the replies are committed": "bot.conversations.turns:Turns.settle:before",
}


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    var = tmp_path_factory.mktemp("mortal")
    settings = {
        "PYTHONPATH": str(Path(__file__).parent),
        "CRASH_POINTS": " ".join(POINTS.values()),
        "CRASH_ARM": str(var / "armed"),
    }
    with Stack(var, **settings) as running:
        yield running


def notes(stack: Stack, conversation_id: str) -> int:
    with sqlite3.connect(stack.var / "lamplighter.db") as connection:
        row = connection.execute("SELECT count(*) FROM feedback_notes WHERE conversation_id = ?", (conversation_id,))
        return int(row.fetchone()[0])


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS.keys())
def test_a_killed_process_loses_nothing_and_repeats_nothing(mortal: Stack, point: str) -> None:
    wait_until(mortal.ready, 90, mortal.logs)
    customer = mortal.customer()
    armed = mortal.var / "armed"
    armed.write_text(point)
    response = customer.send(text="给你们提个建议,营业厅能不能周末也开门", client_id="once")
    assert response.status_code == 202
    wait_until(lambda: not armed.exists(), 60, mortal.logs)
    wait_until(mortal.ready, 90, mortal.logs)
    assert customer.send(text="给你们提个建议,营业厅能不能周末也开门", client_id="once").json() == response.json()
    wait_until(lambda: not customer.view()["busy"], 60, mortal.logs)
    answers = [m for m in customer.view()["messages"] if m["author"] == "bot"]
    assert [m["card"]["kind"] for m in answers] == ["feedback_thanks"]
    assert notes(mortal, customer.conversation_id) == 1
