"""Telling bills, settlements and supply: which cards answer, with what the customer may choose next."""

from collections.abc import Sequence
from datetime import date

from rasa_sdk.executor import CollectingDispatcher

from actions.billing_cards import bill_card, bills_card, estimate_item, reconnection_card, settlements_card
from actions.forms import Events
from actions.house import house
from actions.knowledge import bill_topic
from actions.options import option
from actions.turn import Turn, answer
from bot.billing.estimate import Estimate
from bot.billing.tables import Bill
from bot.clock import local_day
from bot.identity import VerifiedAccount
from bot.language.periods import Period
from bot.replies.cards import Option
from bot.replies.cards.billing import BillNone
from bot.replies.titles import title


def tell_bill(
    dispatcher: CollectingDispatcher, turn: Turn, proof: VerifiedAccount, month: date | None
) -> tuple[date | None, Events]:
    """The bill of a month, or the newest; the month told, and what its lines leave to ask.

    A month not billed yet is said, and the newest follows.
    """
    issued = house().billing.bill(proof, month)
    if issued is None:
        if not tell_none(dispatcher, proof, month):
            return None, []
        issued = house().billing.bill(proof)
        if issued is None:
            return None, []
    options = [*other_months(proof, issued.bill.month)[:1], why(issued.bill.month)]
    if issued.owed > 0:
        options.append(option("pay_bill"))
    explained, topic = topic_of(turn, issued.bill)
    answer(dispatcher, bill_card(proof, issued, [*options, *explained]))
    return issued.bill.month, topic


def topic_of(turn: Turn, bill: Bill) -> tuple[list[Option], Events]:
    """The policy that explains a bill's least usual line, answered by the rules of the bill's own time."""
    return bill_topic([str(line.kind) for line in bill.lines], turn, bill.period_end)


def tell_none(dispatcher: CollectingDispatcher, proof: VerifiedAccount, month: date | None) -> bool:
    """There is no such bill; whether that is because its month still runs."""
    estimate = house().billing.not_billed_yet(proof)
    this_month = local_day(house().clock.now()).replace(day=1)
    running = month is not None and (month >= this_month or runs_into(estimate, month))
    shown, options = (estimate_item(estimate), []) if running else (None, other_months(proof))
    answer(dispatcher, BillNone(month=month, estimate=shown, running=running, options=options))
    return running


def tell_bills(dispatcher: CollectingDispatcher, proof: VerifiedAccount, periods: Sequence[Period]) -> None:
    """All bills of these months, oldest first, and about how much the running month makes where it is among them."""
    first, last = min(p.first for p in periods), max(p.last for p in periods)
    bills = [b for b in house().billing.bills(proof, first, last) if any(p.first <= b.month <= p.last for p in periods)]
    estimate = house().billing.not_billed_yet(proof)
    if bills:
        answer(dispatcher, bills_card(proof, bills, estimate if runs_into(estimate, last) else None))
    else:
        tell_none(dispatcher, proof, first)


def tell_settlements(dispatcher: CollectingDispatcher, proof: VerifiedAccount) -> None:
    """Those who feed the network are told what they are paid as well."""
    settlements = house().billing.settlements(proof)
    if settlements:
        answer(dispatcher, settlements_card(proof, settlements))


def tell_reconnection(dispatcher: CollectingDispatcher, proof: VerifiedAccount) -> None:
    supply = house().billing.supply(proof)
    if supply.cut_at is not None and supply.returns_by is not None:
        options = [option("report_no_power"), option("human", "request_human")]
        answer(dispatcher, reconnection_card(supply, options))


def runs_into(estimate: Estimate | None, month: date) -> bool:
    """Whether the use since the newest bill reaches into a month."""
    return estimate is not None and month >= estimate.start.replace(day=1)


def other_months(proof: VerifiedAccount, before: date | None = None) -> list[Option]:
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


def why(month: date) -> Option:
    """Why the bill of this month is as high as it is."""
    return Option(title=title("explain_high_bill"), intent="explain_high_bill", entities={"period": f"{month:%Y-%m}"})
