"""Bills, balances, use and payments of the account this conversation has proved."""

from datetime import date, timedelta

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import verify_steps
from actions.billing_cards import (
    arrears_card,
    balance_card,
    bill_card,
    bills_card,
    estimate_item,
    explained_card,
    invoice_card,
    pay_how_card,
    payments_card,
    reconnection_card,
    settlements_card,
    usage_card,
)
from actions.forms import Events
from actions.house import house
from actions.identity import VerifiedAction, words_of
from actions.knowledge import bill_topic
from actions.records import level_1
from actions.turn import Turn, answer
from bot.billing.doubts import doubts_a_notice
from bot.billing.tables import Bill
from bot.clock import local_day
from bot.identity import ProvenPhone, VerifiedAccount
from bot.identity.grants import DUE
from bot.language.periods import Period, months_before, read_period
from bot.replies.cards import Option
from bot.replies.cards.billing import BewareCard, BillNone, PayHow
from bot.replies.titles import title

LATEST = "latest"


class ActionCheckBill(VerifiedAction):
    """The newest issued bill, or those of the months asked for."""

    intent = "check_bill"

    def name(self) -> str:
        return "action_check_bill"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        period = _period(tracker, self.intent)
        turn = Turn.of(tracker)
        if period is None or period.kind == LATEST:
            topic = _tell_bill(dispatcher, turn, proof, None)
            _tell_settlements(dispatcher, proof)
            return topic
        if period.first == period.last:
            return _tell_bill(dispatcher, turn, proof, period.first)
        _tell_bills(dispatcher, proof, period)
        return []


class ActionCheckBalance(VerifiedAction):
    """What is owed or left. Arrears have an order of their own; a supply that is not back yet is said too."""

    intent = "check_balance"

    def name(self) -> str:
        return "action_check_balance"

    def unproved(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """A phone or a WeChat the channel has proved hears what is due and the balance, nothing of how much was used.

        Whoever doubts a message is warned at once; what our records say comes with the proof.
        """
        beware = doubts_a_notice(words_of(tracker, self.intent))
        known = _known_by_channel(Turn.of(tracker))
        if len(known) == 1:
            card = balance_card(known[0], house().billing.balance(known[0]), [_option("pay_bill")], beware=beware)
            answer(dispatcher, card.model_copy(update={"estimate": None}))
            return []
        if beware:
            answer(dispatcher, BewareCard())
        if known:
            answer(dispatcher, verify_steps.which_account([proof.account_no for proof in known], self.intent))
            return []
        return super().unproved(dispatcher, tracker)

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        billing, beware = house().billing, doubts_a_notice(words_of(tracker, self.intent))
        arrears = billing.arrears(proof)
        if arrears is not None:
            ways = [_option("pay_bill"), _option("human", "request_human")]
            answer(dispatcher, arrears_card(proof, arrears, ways, beware=beware))
            return []
        balance = billing.balance(proof)
        options = [_option("pay_bill")] if balance.ledger.owed or balance.days_left is not None else []
        answer(dispatcher, balance_card(proof, balance, options, beware=beware))
        _tell_reconnection(dispatcher, proof)
        return []


class ActionCheckUsage(VerifiedAction):
    """The newest months and days, or the months asked for with those of their days that are kept."""

    intent = "check_usage"

    def name(self) -> str:
        return "action_check_usage"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        billing, period = house().billing, _period(tracker, self.intent)
        if period is None or period.kind == LATEST:
            usage, estimate, period = billing.usage(proof), billing.not_billed_yet(proof), None
        else:
            last_day = months_before(period.last, -1) - timedelta(days=1)
            usage, estimate = billing.usage_between(proof, period.first, last_day), None
        if not (usage.months or usage.days):
            answer(dispatcher, BillNone(month=period.first if period else None, options=_other_months(proof)))
            return []
        options = [_option("explain_high_bill")]
        answer(dispatcher, usage_card(Turn.of(tracker), proof, usage, estimate, options, period))
        return []


class ActionExplainHighBill(VerifiedAction):
    """The newest bill, or that of the month asked for, against the one before it."""

    intent = "explain_high_bill"

    def name(self) -> str:
        return "action_explain_high_bill"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        period = _period(tracker, self.intent)
        month = period.last if period is not None and period.kind != LATEST else None
        explanation = house().billing.explain_high(proof, month)
        if explanation is None:
            answer(dispatcher, BillNone())
            return []
        turn = Turn.of(tracker)
        explained, topic = _topic(turn, explanation.before.newest)
        options = [_option("request_meter_test"), _option("human", "request_human"), *explained]
        answer(dispatcher, explained_card(turn, proof, explanation, options))
        return topic


class ActionCheckPayment(VerifiedAction):
    intent = "check_payment"

    def name(self) -> str:
        return "action_check_payment"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        status = house().billing.payment_status(proof)
        answer(dispatcher, payments_card(proof, status, [_option("human", "request_human")]))
        _tell_settlements(dispatcher, proof)
        _tell_reconnection(dispatcher, proof)
        return []


class ActionPayBill(VerifiedAction):
    """How to pay needs no proof; the amount is said only to those who have one."""

    intent = "pay_bill"

    def name(self) -> str:
        return "action_pay_bill"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        answer(dispatcher, pay_how_card(proof, house().billing.balance(proof)))
        return []

    def unproved(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        answer(dispatcher, PayHow(options=[_option("check_balance")]))
        return []


class ActionRequestInvoice(VerifiedAction):
    """Where invoices are to be had: this service cannot issue one itself."""

    intent = "request_invoice"

    def name(self) -> str:
        return "action_request_invoice"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        known, record = house().billing.invoices(proof), house().identity.file(proof)
        options = [_option("human", "request_human")]
        answer(dispatcher, invoice_card(proof, record.account.holder, known, options))
        return []


def _known_by_channel(turn: Turn) -> list[ProvenPhone]:
    """Whose balance may be said without a code; nobody's where another number is named."""
    said = verify_steps.typed_number(turn)
    account_no = said and house().customers.account_of(said)
    return [proof for proof in level_1(turn, DUE) if said is None or proof.account_no == account_no]


def _period(tracker: Tracker, intent: str) -> Period | None:
    """The months asked for: those of a chosen option, else those in the words of the question."""
    chosen = Turn.of(tracker).entities.get("period", "")
    try:
        month = date.fromisoformat(f"{chosen}-01")
    except ValueError:
        return read_period(words_of(tracker, intent), local_day(house().clock.now()))
    return Period(month, month)


def _tell_bill(dispatcher: CollectingDispatcher, turn: Turn, proof: VerifiedAccount, month: date | None) -> Events:
    """A month that is not billed yet is said with its estimate, and the newest bill follows.

    What is asked next of its lines is answered with the rules of the bill's own time.
    """
    billing = house().billing
    issued = billing.bill(proof, month)
    if issued is None:
        newest, estimate = billing.bill(proof), billing.not_billed_yet(proof)
        running = estimate is not None and month is not None and month >= estimate.start.replace(day=1)
        shown = estimate_item(estimate) if running else None
        answer(dispatcher, BillNone(month=month, estimate=shown, options=_other_months(proof) if not running else []))
        if not running or newest is None:
            return []
        issued = newest
    options = [*_other_months(proof, issued.bill.month)[:1], _option("explain_high_bill")]
    if issued.owed > 0:
        options.append(_option("pay_bill"))
    explained, topic = _topic(turn, issued.bill)
    answer(dispatcher, bill_card(proof, issued, [*options, *explained]))
    return topic


def _topic(turn: Turn, bill: Bill) -> tuple[list[Option], Events]:
    return bill_topic([str(line.kind) for line in bill.lines], turn, bill.period_end)


def _tell_bills(dispatcher: CollectingDispatcher, proof: VerifiedAccount, period: Period) -> None:
    bills = house().billing.bills(proof, period.first, period.last)
    if bills:
        answer(dispatcher, bills_card(proof, bills))
    else:
        answer(dispatcher, BillNone(month=period.first, options=_other_months(proof)))


def _tell_settlements(dispatcher: CollectingDispatcher, proof: VerifiedAccount) -> None:
    """Those who feed the network are told what they are paid as well."""
    settlements = house().billing.settlements(proof)
    if settlements:
        answer(dispatcher, settlements_card(proof, settlements))


def _tell_reconnection(dispatcher: CollectingDispatcher, proof: VerifiedAccount) -> None:
    supply = house().billing.supply(proof)
    if supply.cut_at is not None and supply.returns_by is not None:
        options = [_option("report_no_power"), _option("human", "request_human")]
        answer(dispatcher, reconnection_card(supply, options))


def _other_months(proof: VerifiedAccount, before: date | None = None) -> list[Option]:
    """The newest bills as choices, or those before a month."""
    months = [bill.month for bill in reversed(house().billing.usage(proof, months=24).months)]
    return [
        Option(
            title=title("bill_of_month", year=month.year, month=month.month),
            intent="check_bill",
            entities={"period": f"{month:%Y-%m}"},
        )
        for month in months
        if before is None or month < before
    ][:3]


def _option(key: str, intent: str = "") -> Option:
    return Option(title=title(key), intent=intent or key)
