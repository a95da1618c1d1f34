"""The one base of all forms: questions one at a time, with a way out of every one of them.

A form takes one step a message. A question about something else is let through (the form rejects once, Rasa answers
it by its rule, the form asks again); danger, leaving and a person end the form. What cannot be read is explained; the
third time in a row a person is fetched.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.names import ACTION_REQUEST_HUMAN, DIGRESSIONS, FORM_MISSES, REQUESTED_SLOT
from actions.turn import Turn, answer
from bot.replies.cards import Card

Events = list[dict[str, Any]]
MISSES_BEFORE_A_PERSON = 3


@dataclass(frozen=True)
class Step:
    """What one message changes: what is said, which slots, and whether the form has what it needs.

    `unreadable`: the message did not answer the question; the card explains it. `left`: the form is given up, since
    what it asks for is not to be had.
    """

    card: Card | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)
    finished: bool = False
    unreadable: bool = False
    left: bool = False


class TaskForm(FormValidationAction, ABC):
    """A subclass names its form, its slots in order of asking, its own triggers, and the action that goes on."""

    form: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    triggers: ClassVar[frozenset[str]] = frozenset()
    goes_on: ClassVar[str]

    def name(self) -> str:
        return f"validate_{self.form}"

    @abstractmethod
    def begin(self, turn: Turn, tracker: Tracker) -> Step:
        """The form has just been opened by this message: use what it says, ask what is missing."""

    @abstractmethod
    def take(self, turn: Turn, tracker: Tracker) -> Step:
        """The next message of the customer: an answer to the open question, or a correction of an earlier one."""

    @abstractmethod
    def question(self, turn: Turn, tracker: Tracker) -> Card:
        """The open question, asked again after something else was answered."""

    def lets_through(self, turn: Turn) -> bool:
        """Whether the message is about something else, to be answered by its rule before the form asks again."""
        return turn.intent in DIGRESSIONS - self.triggers

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = Turn.of(tracker)
        if tracker.get_slot(REQUESTED_SLOT) not in self.slots:
            return self._after(self.begin(turn, tracker), dispatcher, tracker)
        if self._rejected_already(tracker):
            answer(dispatcher, self.question(turn, tracker))
            return self._after(Step(), dispatcher, tracker)
        if self.lets_through(turn):
            return [ActionExecutionRejected(self.form)]
        return self._after(self.take(turn, tracker), dispatcher, tracker)

    def _after(self, step: Step, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        misses = int(tracker.get_slot(FORM_MISSES) or 0) + 1 if step.unreadable else 0
        if misses >= MISSES_BEFORE_A_PERSON:
            return [*leave_form(self.slots), FollowupAction(ACTION_REQUEST_HUMAN)]
        if step.card is not None:
            answer(dispatcher, step.card)
        if step.left:
            return [*leave_form(self.slots), *(SlotSet(name, value) for name, value in step.slots.items())]
        values = {slot: step.slots.get(slot, tracker.get_slot(slot)) for slot in self.slots}
        events: Events = [SlotSet(name, value) for name, value in {**values, **step.slots}.items()]
        events.append(SlotSet(FORM_MISSES, misses or None))
        if step.finished:
            return [*events, SlotSet(REQUESTED_SLOT, None), FollowupAction(self.goes_on)]
        return [*events, SlotSet(REQUESTED_SLOT, self._next(values))]

    def _next(self, values: Mapping[str, Any]) -> str:
        """The first slot still empty; the last one stays open while a step has not finished the form."""
        return next((slot for slot in self.slots if values[slot] is None), self.slots[-1])

    def _rejected_already(self, tracker: Tracker) -> bool:
        """Whether this form has let the newest message through to a rule."""
        for event in reversed(tracker.events):
            if event["event"] == "user":
                return False
            if event["event"] == "action_execution_rejected" and event.get("name") == self.form:
                return True
        return False


def leave_form(slots: tuple[str, ...] = ()) -> Events:
    """Ends whatever form is open and empties these slots."""
    emptied = [SlotSet(slot, None) for slot in (*slots, FORM_MISSES)]
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *emptied]
