"""Outages: told by area to anybody, by account without saying whether it exists; wishes for notices."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events
from actions.house import house
from actions.identity import VerifiedAction, words_of
from actions.options import option
from actions.records import cut_off, outage_card, proof_of, whereabouts
from actions.turn import Turn, answer
from bot.identity import VerifiedAccount
from bot.outages.wishes import wishes_notices
from bot.replies.cards.outages import OutageItem, OutageList, OutageNone, Subscribed

NUMBERS = ("account_no", "meter_no", "phone")


class ActionCheckOutage(Action):
    """A number nobody has, one with nothing known and a place with nothing known are answered alike."""

    def name(self) -> str:
        return "action_check_outage"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        proof = proof_of(turn)
        where = whereabouts(turn, turn.text, proof)
        news = where.outages or house().outages.by_area(turn.text)
        report = option("report_no_power")
        if not news and where.proved and cut_off(proof):
            return [FollowupAction("action_check_balance")]
        if news:
            answer(dispatcher, outage_card(news, reported=False, options=[report]))
        elif where.known or "address" in turn.entities or any(name in turn.entities for name in NUMBERS):
            answer(dispatcher, OutageNone(options=[report]))
        else:
            items = [OutageItem.model_validate(item) for item in house().outages.current() if item.area_words]
            answer(dispatcher, OutageList(outages=items, options=[report]))
        return []


class ActionSubscribeOutage(VerifiedAction):
    """Notes whether notices are wished; which are owed is not for the customer to choose."""

    intent = "subscribe_outage"

    def name(self) -> str:
        return "action_subscribe_outage"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        wished = wishes_notices(words_of(tracker, self.intent))
        house().outages.wish_notices(proof, wished)
        answer(dispatcher, Subscribed(wished=wished))
        return []
