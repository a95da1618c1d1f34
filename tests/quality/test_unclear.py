"""What was not understood is kept once, newest first, for review."""

from bot.clock import FixedClock
from bot.quality.unclear import Unclear
from bot.storage.engine import Database


def test_a_message_is_kept_once_and_listed_newest_first(any_db: Database, clock: FixedClock) -> None:
    unclear = Unclear(any_db, clock)
    unclear.keep("那个事", ["check_ticket", "ask_policy"], request_key="a:1:fallback")
    unclear.keep("那个事", ["check_ticket", "ask_policy"], request_key="a:1:fallback")
    clock.advance(seconds=5)
    unclear.keep("弄一下", ["request_repair"], request_key="a:2:fallback")
    assert [(row.text, row.readings) for row in unclear.waiting()] == [
        ("弄一下", "request_repair"),
        ("那个事", "check_ticket ask_policy"),
    ]
