"""Proving an account: the form that does it, and the base of all actions that need it done."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import verify_steps
from actions.forms import Events, Step, TaskForm, leave_form
from actions.house import house
from actions.names import VERIFY_FORM
from actions.options import option
from actions.turn import Turn, answer
from actions.which_account import account_choices
from bot.billing.source import NOT_GIVEN
from bot.errors import NotAllowed, NotFound, Unavailable
from bot.identity import NOT_GRANTED, VerifiedAccount
from bot.replies.cards import Card
from bot.replies.cards.identity import NotGranted, RecordsNotGiven, Verified

IDENTIFIER, CODE, GOAL = "verify_identifier", "verify_code", "verify_goal"
WORDS_FOLLOW = "\n"
OTHER = "other_account"
# Questions that need an account. Asked while the form is open they only change what comes after it.
GOALS = {
    intent: f"action_{intent}"
    for intent in (
        "check_bill",
        "check_balance",
        "check_usage",
        "explain_high_bill",
        "check_payment",
        "request_invoice",
        "check_account",
        "bind_account",
    )
}


class VerifiedAction(Action, ABC):
    """Tells something of an account, once this conversation has proved it; else the form proves it first."""

    intent: ClassVar[str]

    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        """Answers with the cards of this account."""

    def unproved(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        goal = goal_of(self.name(), words_of(tracker, self.intent))
        return [SlotSet(GOAL, goal), FollowupAction(VERIFY_FORM)]

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        said = f"{turn.text} {turn.entities.get('account_no', '')}" if turn.intent == self.intent else ""
        meant = house().identity.turn_to(turn.conversation_id, said)
        if meant.said == "several":
            answer(dispatcher, account_choices(meant.account_nos, self.intent))
            return []
        try:
            if meant.said == "another":
                raise NotAllowed(OTHER, code=OTHER)
            number = meant.account_nos[0] if meant.said == "one" else said
            proof = house().identity.access_account(turn.conversation_id, number)
        except NotAllowed:
            return tell_or_say_why_not(dispatcher, lambda: self.unproved(dispatcher, tracker))
        told = tell_or_say_why_not(dispatcher, lambda: self.tell(dispatcher, tracker, proof), proof.grant.role)
        return [*told, SlotSet(GOAL, None)]


def tell_or_say_why_not(
    dispatcher: CollectingDispatcher, tell: Callable[[], Events], role: str | None = None
) -> Events:
    """What is told; else that the holder did not allow it to that role, or that the records cannot be had."""
    try:
        return tell()
    except NotAllowed as error:
        if error.code != NOT_GRANTED:
            raise
        answer(dispatcher, NotGranted(role=role, options=[option("human", "request_human")]))
    except NotFound as error:
        if error.code != NOT_GIVEN:
            raise
        said = {"part": error.detail, "options": [option("human", "request_human")]}
        answer(dispatcher, RecordsNotGiven.model_validate(said))
    except Unavailable:
        answer(dispatcher, verify_steps.records_unavailable())
    return []


class ValidateVerifyForm(TaskForm):
    """A number, then the code sent to the phone behind it, then, for a phone with several accounts, which one."""

    form = VERIFY_FORM
    slots = (IDENTIFIER, CODE)
    triggers = frozenset(GOALS)
    goes_on = "action_verify_done"

    def begin(self, turn: Turn, tracker: Tracker) -> Step:
        """What an earlier, abandoned proof left in the slots is not taken over."""
        step = verify_steps.ask_number(turn, opening=True)
        return replace(step, slots={IDENTIFIER: None, CODE: None, **step.slots})

    def take(self, turn: Turn, tracker: Tracker) -> Step:
        number = tracker.get_slot(IDENTIFIER)
        goal = goal_of(GOALS[turn.intent], turn.text) if turn.intent in GOALS else None
        if verify_steps.says_it_is_lost(turn):
            goal = None
        elif goal is not None and verify_steps.says_nothing_to_prove(turn):
            return Step(self.question(turn, tracker), {GOAL: goal})
        step = verify_steps.take_code(turn, number) if number else verify_steps.ask_number(turn, opening=False)
        return replace(step, slots={GOAL: goal, **step.slots}) if goal else step

    def question(self, turn: Turn, tracker: Tracker) -> Card:
        return verify_steps.open_question(turn, bool(tracker.get_slot(IDENTIFIER)))


class ActionVerifyDone(Action):
    """Proved: on to what was wanted, or a word that it is so."""

    def name(self) -> str:
        return "action_verify_done"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        goal, _, words = str(tracker.get_slot(GOAL) or "").partition(WORDS_FOLLOW)
        closed = leave_form((IDENTIFIER, CODE) if words else (IDENTIFIER, CODE, GOAL))
        if goal:
            return [*closed, FollowupAction(goal)]
        proof = house().identity.access_account(Turn.of(tracker).conversation_id)
        answer(dispatcher, Verified(account_no=proof.account_no, until=proof.expires_at))
        return closed


def words_of(tracker: Tracker, intent: str) -> str:
    """What the customer asked with this intent: now, or before the form that had to prove the account first."""
    turn = Turn.of(tracker)
    if turn.intent == intent:
        return turn.text
    action, _, words = str(tracker.get_slot(GOAL) or "").partition(WORDS_FOLLOW)
    return words if action == f"action_{intent}" else ""


def goal_of(action: str, words: str) -> str:
    """The goal as its slot keeps it. The words go with it: the dialogue keeps no more than the newest turns."""
    return f"{action}{WORDS_FOLLOW}{words}" if words else action
