"""What of an account was told last, and messages that only go on with it: another month, the year before,
why, another of the accounts proved."""

from datetime import date, datetime, timedelta

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.forms import Events
from actions.house import house
from actions.identity import GOAL, goal_of
from actions.turn import Turn
from bot.clock import local_day
from bot.language.follow_ups import asks_to_compare, is_bare, is_only_a_time, is_short, without_reference
from bot.language.periods import Period, read_period

TOPIC = "billing_topic"
REMEMBERED = timedelta(minutes=10)
EXPLAIN, BILLS = "explain_high_bill", "check_bill"
LATEST = "latest"


def remember(intent: str, month: date | None) -> Events:
    """`month`: that of the one bill told; None where it was several, or simply the newest use."""
    until = house().clock.now() + REMEMBERED
    told = {"intent": intent, "month": f"{month:%Y-%m}" if month else "", "until": until.isoformat()}
    return [SlotSet(TOPIC, told)]


def goes_on(turn: Turn, tracker: Tracker) -> Events:
    """What follows where a message that says little goes on with the last answer about an account; else nothing."""
    topic = _topic(tracker)
    if not topic:
        return []
    if asks_to_compare(turn.text):
        return _follow(EXPLAIN, f"{_compared(turn.text) or topic['month']},{turn.text}")
    if is_short(turn.text) and house().identity.turn_to(turn.conversation_id, turn.text).said == "one":
        return _follow(topic["intent"], "")
    if not is_only_a_time(turn.text):
        return []
    period = read_period(turn.text, local_day(house().clock.now()))
    several = period is not None and period.first != period.last
    return _follow(BILLS if several and topic["intent"] == EXPLAIN else topic["intent"], turn.text)


def month_to_explain(tracker: Tracker, words: str, chosen: Period | None) -> date | None:
    """The month whose bill is asked about; None for the newest. A bare why asks about the bill told last."""
    today = local_day(house().clock.now())
    period = chosen or read_period(without_reference(words), today)
    if period is None:
        told = _topic(tracker).get("month") if is_bare(words) else None
        return date.fromisoformat(f"{told}-01") if told else None
    runs_on = period.first != period.last and period.last == today.replace(day=1)
    return None if period.kind == LATEST or runs_on else period.last


def _compared(text: str) -> str:
    """The month to compare, where the words name one besides what it is compared with."""
    period = read_period(without_reference(text), local_day(house().clock.now()))
    return f"{period.last:%Y-%m}" if period and period.kind != LATEST else ""


def _topic(tracker: Tracker) -> dict[str, str]:
    topic = tracker.get_slot(TOPIC) or {}
    if topic and datetime.fromisoformat(topic["until"]) > house().clock.now():
        return dict(topic)
    return {}


def _follow(intent: str, words: str) -> Events:
    action = f"action_{intent}"
    return [SlotSet(GOAL, goal_of(action, words)), FollowupAction(action)]
