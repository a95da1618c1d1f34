"""Asking back, leaving, and bare answers with no question open."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.billing_topic import goes_on
from actions.house import house
from actions.no_account import bereaved_card
from actions.offices import continues_office
from actions.options import option
from actions.tickets import names_ticket
from actions.turn import Turn, answer
from bot.identity.wishes import says_bereaved
from bot.replies.cards import Option
from bot.replies.cards.talk import Clarify, NothingOpen, OfferHuman, OtherNeed, Stopped
from bot.replies.titles import has_title

Events = list[dict[str, Any]]
CHECK_TICKET = "action_check_ticket"
ASK_POLICY = "action_ask_policy"
LIKELY = 3
OTHER_NEED = "other_need"
ASK_BACK_ONCE = 1


class ActionDefaultFallback(Action):
    """Not understood: asks back with the likely readings; the second time in a row offers a person."""

    def name(self) -> str:
        return "action_default_fallback"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        if names_ticket(turn):
            return [SlotSet("not_understood", None), FollowupAction(CHECK_TICKET)]
        if continues_office(turn, tracker):
            return [SlotSet("not_understood", None), FollowupAction(ASK_POLICY)]
        if on := goes_on(turn, tracker):
            return [SlotSet("not_understood", None), *on]
        if says_bereaved(turn.text):
            answer(dispatcher, bereaved_card())
            return [SlotSet("not_understood", None)]
        misses = int(tracker.get_slot("not_understood") or 0) + 1
        if turn.text:
            house().unclear.keep(turn.text, turn.intent_ranking[:LIKELY], request_key=turn.request_key(self.name()))
        if misses > ASK_BACK_ONCE:
            answer(dispatcher, OfferHuman(options=[option("human", "request_human"), option("no", "deny")]))
        else:
            answer(dispatcher, Clarify(options=_readings(turn)))
        return [SlotSet("not_understood", misses)]


class ActionOfferOtherNeed(Action):
    """The second of two needs said in one message, offered when the first is dealt with."""

    def name(self) -> str:
        return "action_offer_other_need"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        need = str(tracker.get_slot(OTHER_NEED))
        answer(dispatcher, OtherNeed(options=[option(f"meant_{need}", need), option("no", "deny")]))
        return [SlotSet(OTHER_NEED, None)]


class ActionStop(Action):
    """Leaves whatever is being filled in."""

    def name(self) -> str:
        return "action_stop"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        was_open = bool((tracker.active_loop or {}).get("name"))
        answer(dispatcher, Stopped(was_open=was_open))
        return [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet(OTHER_NEED, None), *_closed_offer()]


class _BareAnswer(Action, ABC):
    """A yes, no, value or "don't know" outside a form."""

    @abstractmethod
    def name(self) -> str: ...

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        answer(dispatcher, NothingOpen(options=beginnings()))
        return []


class ActionAffirm(_BareAnswer):
    def name(self) -> str:
        return "action_affirm"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        offered = tracker.get_slot("pending_offer")
        if offered:
            return [SlotSet("pending_offer", None), FollowupAction(offered)]
        return super().run(dispatcher, tracker, domain)


class ActionDeny(_BareAnswer):
    def name(self) -> str:
        return "action_deny"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if tracker.get_slot("pending_offer"):
            answer(dispatcher, Stopped(was_open=False))
            return _closed_offer()
        return super().run(dispatcher, tracker, domain)


class ActionDontKnow(_BareAnswer):
    def name(self) -> str:
        return "action_dont_know"


class ActionInform(_BareAnswer):
    """A bare value with no question open: the number of a ticket asks how that one stands, a place whose it is."""

    def name(self) -> str:
        return "action_inform"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        if names_ticket(turn):
            return [FollowupAction(CHECK_TICKET)]
        if continues_office(turn, tracker):
            return [FollowupAction(ASK_POLICY)]
        if on := goes_on(turn, tracker):
            return on
        return super().run(dispatcher, tracker, domain)


def _readings(turn: Turn) -> list[Option]:
    """Up to three likely intents in customers' words, and none of these."""
    likely = [intent for intent in turn.intent_ranking if has_title(f"meant_{intent}")][:LIKELY]
    return [*(option(f"meant_{intent}", intent) for intent in likely), option("none_of_these", "request_human")]


def beginnings() -> list[Option]:
    """What most customers come for."""
    return [option(i, i) for i in ("report_no_power", "check_bill", "ask_policy")] + [option("human", "request_human")]


def _closed_offer() -> Events:
    return [SlotSet("pending_offer", None), SlotSet("offer_data", None)]
