"""The customer's own file, and what being bound means."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import binding_steps
from actions.forms import Events
from actions.house import house
from actions.identity import VerifiedAction, words_of
from actions.turn import Turn, answer
from bot.identity import VerifiedAccount
from bot.identity.file import AccountFile as Record
from bot.replies.cards.customers import AccountFile

TAIL = 4


class ActionCheckAccount(VerifiedAction):
    intent = "check_account"

    def name(self) -> str:
        return "action_check_account"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        record = house().identity.file(proof)
        answer(dispatcher, _file_card(record, *house().billing.tariff(proof)))
        return []


class ActionBindAccount(VerifiedAction):
    """In WeChat the account is bound to the customer's address; on the web a code leads there. Unbinding needs none."""

    intent = "bind_account"

    def name(self) -> str:
        return "action_bind_account"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        address = binding_steps.address_of(turn)
        if address and binding_steps.gives_up(turn, self.intent):
            answer(dispatcher, binding_steps.unbind(turn, *address))
            return []
        return super().run(dispatcher, tracker, domain)

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        turn, words = Turn.of(tracker), words_of(tracker, self.intent)
        answer(dispatcher, binding_steps.bind(turn, words, proof))
        return []


def _file_card(record: Record, tariff_name: str, unverified: bool) -> AccountFile:
    account, agreement = record.account, record.agreement
    return AccountFile(
        account_no=account.account_no,
        former_numbers=list(record.former_numbers),
        holder=account.holder,
        address=record.location.address if record.location else "",
        station=record.location.station if record.location else "",
        customer_class=account.customer_class,
        settlement_mode=account.settlement_mode,
        tariff_name=tariff_name,
        unverified_tariff=unverified,
        household_of_many_until=account.household_of_many_until,
        allowance_kwh=account.allowance_kwh,
        capacity_kva=account.capacity_kva,
        meter_nos=[meter.meter_no for meter in record.meters],
        phone_tails=[contact.phone[-TAIL:] for contact in record.contacts],
        agreement_ends_on=agreement.ends_on if agreement else None,
        auto_renewal=agreement.auto_renewal if agreement else False,
    )
