"""Ways on for those who cannot give a number: nobody's account is their own, the holder has died, the number is lost.

None of these ends at "please type the account number": each card leads to something that can be done without it.
"""

from actions.forms import Step
from actions.house import house
from actions.options import answering, human_check, option
from actions.turn import Turn
from bot.identity.reading import digit_runs
from bot.identity.wishes import read_payee, says_bereaved, says_no_account
from bot.replies.cards import Option
from bot.replies.cards.identity import Bereaved, NumberHelp, PayeeAsk, SuppliedByOther

NO_ACCOUNT = "no_account"
PAYEES = ("payee_supplier", "payee_other", "payee_unclear")
SHORT = 12
RESALE_POLICY = "resale-markup"


def way_on(turn: Turn, *, opening: bool) -> Step | None:
    """What is said instead of asking for a number again; None where the message gives no reason to.

    A bare name of somebody who collects answers our question; in the `opening` message it may stand for anything.
    """
    chosen = turn.entities.get("answer", "")
    if says_bereaved(turn.text):
        return Step(bereaved_card(), left=True)
    if chosen in PAYEES or (not opening and _names_payee(turn)):
        return _answered(chosen or f"payee_{read_payee(turn.text)}", turn)
    if chosen == NO_ACCOUNT or says_no_account(turn.text):
        return Step(PayeeAsk(options=[answering(name) for name in PAYEES]))
    return None


def bereaved_card() -> Bereaved:
    return Bereaved(options=[human_check(), option("transfer", "request_contract_change"), option("pay_bill")])


def _names_payee(turn: Turn) -> bool:
    """A short answer to "to whom do you pay" (the property, the landlord)."""
    return len(turn.text) <= SHORT and not digit_runs(turn.text) and read_payee(turn.text) in ("supplier", "other")


def _answered(payee: str, turn: Turn) -> Step:
    if payee != "payee_other":
        options = [] if payee == "payee_supplier" else [answering("payee_other")]
        return Step(NumberHelp(unclear=payee == "payee_unclear", options=[*options, human_check()]))
    owner = house().customers.transformer_serving(turn.text)
    policy = house().knowledge.policy_by_id(RESALE_POLICY)
    rule = [Option(title=policy.title, intent="ask_policy", entities={"policy_id": policy.id})] if policy else []
    options = [option("report_no_power"), *rule, option("own_meter", "request_new_connection"), human_check()]
    name, phone = (owner.owner_name, owner.owner_phone) if owner else (None, None)
    return Step(SuppliedByOther(owner_name=name, owner_phone=phone, options=options), left=True)
