"""The customer's own file, and what being bound means."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events
from actions.house import house
from actions.identity import VerifiedAction
from actions.turn import answer
from bot.identity import VerifiedAccount
from bot.identity.file import AccountFile as Record
from bot.replies.cards import Option
from bot.replies.cards.customers import AccountFile, Binding
from bot.replies.titles import title

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
    """On the web there is nothing lasting to bind: the proof of this conversation is said for what it is."""

    intent = "bind_account"

    def name(self) -> str:
        return "action_bind_account"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        options = [Option(title=title("human"), intent="request_human")]
        answer(dispatcher, Binding(account_no=proof.account_no, until=proof.expires_at, options=options))
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
        agreement_on_file=agreement is not None,
        agreement_ends_on=agreement.ends_on if agreement else None,
        auto_renewal=agreement.auto_renewal if agreement else False,
    )
