"""Bills, balances, use and payments of the account this conversation has proved."""

from collections.abc import Sequence
from datetime import date, timedelta

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import verify_steps
from actions.billing_cards import (
    arrears_card,
    balance_card,
    explained_card,
    invoice_card,
    pay_how_card,
    payments_card,
    usage_card,
)
from actions.billing_tell import (
    other_months,
    runs_into,
    tell_bill,
    tell_bills,
    tell_none,
    tell_reconnection,
    tell_settlements,
    topic_of,
    why,
)
from actions.billing_topic import LATEST, month_to_explain, remember
from actions.forms import Events
from actions.house import house
from actions.identity import VerifiedAction, words_of
from actions.options import option
from actions.records import level_1, outage_card, whereabouts
from actions.turn import Turn, answer
from actions.which_account import numbered_choices
from bot.billing.asks import doubts_a_notice, speaks_of_an_outage, speaks_of_selling, speaks_of_times
from bot.billing.tables import Bill
from bot.clock import local_day
from bot.identity import ProvenPhone, VerifiedAccount
from bot.identity.grants import DUE
from bot.language.follow_ups import compares_with_last_year
from bot.language.past_days import read_past_day
from bot.language.periods import Period, months_before, names_unclear_months, read_period, read_periods
from bot.language.top_up import read_top_up
from bot.replies.cards import Option
from bot.replies.cards.billing import BewareCard, BillNone, PayHow


class ActionCheckBill(VerifiedAction):
    """The newest issued bill, or those of the months asked for; what was sold comes first where that is asked about."""

    intent = "check_bill"

    def name(self) -> str:
        return "action_check_bill"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        words, chosen = words_of(tracker, self.intent), _chosen(tracker)
        selling = speaks_of_selling(words)
        if selling:
            tell_settlements(dispatcher, proof)
        periods = [chosen] if chosen else read_periods(words, _today())
        told = self._bills(dispatcher, Turn.of(tracker), proof, periods, unclear=names_unclear_months(words))
        if not periods and not selling:
            tell_settlements(dispatcher, proof)
        return told

    def _bills(
        self,
        dispatcher: CollectingDispatcher,
        turn: Turn,
        proof: VerifiedAccount,
        periods: list[Period],
        *,
        unclear: bool,
    ) -> Events:
        """What to remember of the one bill told, or of several."""
        if len(periods) > 1 or any(period.first != period.last for period in periods):
            tell_bills(dispatcher, proof, periods)
            return remember(self.intent, None)
        if unclear:
            answer(dispatcher, BillNone(unclear=True))
        newest = not periods or periods[0].kind == LATEST
        month, topic = tell_bill(dispatcher, turn, proof, None if newest else periods[0].first)
        return [*remember(self.intent, month), *topic]


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
            card = balance_card(known[0], house().billing.balance(known[0]), [option("pay_bill")], beware=beware)
            answer(dispatcher, card.model_copy(update={"estimate": None, "per_day": None}))
            return []
        if beware:
            answer(dispatcher, BewareCard())
        if known:
            answer(dispatcher, numbered_choices([proof.account_no for proof in known], self.intent))
            return []
        return super().unproved(dispatcher, tracker)

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        billing, words = house().billing, words_of(tracker, self.intent)
        beware = doubts_a_notice(words)
        arrears = billing.arrears(proof)
        if arrears is not None:
            ways = [option("pay_bill"), option("human", "request_human")]
            answer(dispatcher, arrears_card(proof, arrears, ways, beware=beware))
            return []
        balance = billing.balance(proof)
        options = [option("pay_bill")] if balance.ledger.owed or balance.days_left is not None else []
        answer(dispatcher, balance_card(proof, balance, options, beware=beware, more=read_top_up(words)))
        tell_reconnection(dispatcher, proof)
        if beware and speaks_of_an_outage(words):
            self._outages(dispatcher, tracker, proof)
        return []

    def _outages(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> None:
        """A doubted message may have told of work on the network."""
        news = whereabouts(Turn.of(tracker), "", proof).outages
        if news:
            answer(dispatcher, outage_card(news, reported=False, options=[option("report_no_power")]))


class ActionCheckUsage(VerifiedAction):
    """The newest months and days, or the day or months asked for with those of their days that are kept."""

    intent = "check_usage"

    def name(self) -> str:
        return "action_check_usage"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        words = words_of(tracker, self.intent)
        if speaks_of_selling(words):
            tell_settlements(dispatcher, proof)
        if names_unclear_months(words):
            answer(dispatcher, BillNone(unclear=True))
        day = read_past_day(words, _today())
        period = None if day else _chosen(tracker) or read_period(words, _today())
        if period is not None and period.kind == LATEST:
            newest = house().billing.bill(proof)
            period = Period(newest.bill.month, newest.bill.month) if newest else None
        if period is None:
            _tell_newest_use(dispatcher, tracker, proof, day)
        else:
            _tell_use(dispatcher, tracker, proof, period)
        return remember(self.intent, period.last if period and period.first == period.last else None)


class ActionExplainHighBill(VerifiedAction):
    """The newest bill, or that of the month asked for, against the one before it."""

    intent = "explain_high_bill"

    def name(self) -> str:
        return "action_explain_high_bill"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        words = words_of(tracker, self.intent)
        month = month_to_explain(tracker, words, _chosen(tracker))
        if month is not None and house().billing.bill(proof, month) is None:
            if not tell_none(dispatcher, proof, month):
                return []
            month = None
        explanation = house().billing.explain_high(proof, month)
        if explanation is None:
            told, topic = tell_bill(dispatcher, Turn.of(tracker), proof, month)
            return [*remember(self.intent, told), *topic]
        turn, newest = Turn.of(tracker), explanation.before.newest
        explained, topic = topic_of(turn, newest)
        options = [option("request_meter_test"), option("human", "request_human"), *explained]
        year_first = compares_with_last_year(words)
        answer(dispatcher, explained_card(turn, proof, explanation, options, year_first=year_first))
        return [*remember(self.intent, newest.month), *topic]


class ActionCheckPayment(VerifiedAction):
    intent = "check_payment"

    def name(self) -> str:
        return "action_check_payment"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        selling = speaks_of_selling(words_of(tracker, self.intent))
        if selling:
            tell_settlements(dispatcher, proof)
        status = house().billing.payment_status(proof)
        answer(dispatcher, payments_card(proof, status, [option("human", "request_human")]))
        if not selling:
            tell_settlements(dispatcher, proof)
        tell_reconnection(dispatcher, proof)
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
        answer(dispatcher, PayHow(options=[option("check_balance")]))
        return []


class ActionRequestInvoice(VerifiedAction):
    """Where invoices are to be had: this service cannot issue one itself."""

    intent = "request_invoice"

    def name(self) -> str:
        return "action_request_invoice"

    def tell(self, dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount) -> Events:
        known, record = house().billing.invoices(proof), house().identity.file(proof)
        options = [option("human", "request_human")]
        answer(dispatcher, invoice_card(proof, record.account.holder, known, options))
        return []


def _known_by_channel(turn: Turn) -> list[ProvenPhone]:
    """Whose balance may be said without a code; nobody's where another number is named."""
    said = verify_steps.typed_number(turn)
    account_no = said and house().customers.account_of(said)
    return [proof for proof in level_1(turn, DUE) if said is None or proof.account_no == account_no]


def _chosen(tracker: Tracker) -> Period | None:
    """The month of a chosen option."""
    try:
        month = date.fromisoformat(f"{Turn.of(tracker).entities.get('period', '')}-01")
    except ValueError:
        return None
    return Period(month, month)


def _tell_newest_use(
    dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount, day: date | None
) -> None:
    usage = house().billing.usage(proof)
    asked = (day, house().billing.used_on(proof, day)) if day else None
    if not (usage.months or usage.days):
        answer(dispatcher, BillNone(options=other_months(proof)))
        return
    estimate, ways = house().billing.not_billed_yet(proof), _ways(usage.months)
    answer(dispatcher, usage_card(Turn.of(tracker), proof, usage, estimate, ways, asked=asked, times=_times(tracker)))


def _tell_use(dispatcher: CollectingDispatcher, tracker: Tracker, proof: VerifiedAccount, period: Period) -> None:
    """Of the months asked for, and of the running one where it is among them."""
    last_day = months_before(period.last, -1) - timedelta(days=1)
    usage = house().billing.usage_between(proof, period.first, last_day)
    if not (usage.months or usage.days):
        answer(dispatcher, BillNone(month=period.first, options=other_months(proof)))
        return
    estimate = house().billing.not_billed_yet(proof)
    shown, ways = estimate if runs_into(estimate, period.last) else None, _ways(usage.months)
    answer(dispatcher, usage_card(Turn.of(tracker), proof, usage, shown, ways, period, times=_times(tracker)))


def _ways(months: Sequence[Bill]) -> list[Option]:
    return [why(months[-1].month)] if months else []


def _times(tracker: Tracker) -> bool:
    return speaks_of_times(words_of(tracker, ActionCheckUsage.intent))


def _today() -> date:
    return local_day(house().clock.now())
