"""The customer's own file, what somebody of their kind may count on, and who else may know of the account."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import binding_wishes as wishes
from actions.binding_steps import unbind
from actions.consent import begin_with
from actions.customer_cards import file_card, offer_card
from actions.forms import Events
from actions.house import house
from actions.identity import GOAL, VerifiedAction, words_of
from actions.no_account import bereaved_card
from actions.turn import Turn, answer
from bot.identity import VerifiedAccount
from bot.identity.wishes import asks_services, read_wish, says_bereaved


class ActionCheckAccount(VerifiedAction):
    """The file; asked what somebody like them may count on, the services of their classes."""

    intent = "check_account"

    def name(self) -> str:
        return "action_check_account"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        if asks_services(words_of(tracker, self.intent)):
            answer(dispatcher, offer_card(proof))
        else:
            answer(dispatcher, file_card(proof, house().identity.file(proof)))
        return []


class ActionBindAccount(VerifiedAction):
    """Binding and unbinding, letting others in and putting them out. A new phone is for the office alone."""

    intent = "bind_account"

    def name(self) -> str:
        return "action_bind_account"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn, words = Turn.of(tracker), words_of(tracker, self.intent)
        if wishes.chosen(turn):
            return super().run(dispatcher, tracker, domain)
        if says_bereaved(words):
            answer(dispatcher, bereaved_card())
            return [SlotSet(GOAL, None)]
        wish = read_wish(words)
        if wish == "change_phone":
            answer(dispatcher, wishes.phone_card())
            return [SlotSet(GOAL, None)]
        if wish == "unbind":
            answer(dispatcher, unbind(turn))
            return [SlotSet(GOAL, None)]
        return super().run(dispatcher, tracker, domain)

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        turn, words = Turn.of(tracker), words_of(tracker, self.intent)
        choice, wish = wishes.chosen(turn), read_wish(words)
        if choice == wishes.LET_IN or (wish == "let_in" and not choice):
            proof.opens(house().clock)
            return begin_with("" if choice else words)
        answer(dispatcher, wishes.carried_out(turn, wish, proof))
        return []
