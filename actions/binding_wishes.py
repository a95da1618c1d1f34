"""What is done about a proved account when somebody speaks of binding: one wish, one card."""

from actions.binding_steps import address_of, bind, unbind
from actions.house import house
from actions.options import human_check, option
from actions.turn import Turn
from bot.customers.tables import Consent
from bot.identity import VerifiedAccount
from bot.identity.wishes import Wish
from bot.replies.cards import Card, Option
from bot.replies.cards.customers import OthersUnbound
from bot.replies.cards.identity import ConsentEnded, ConsentItem, Consents, PhoneChangeOffice
from bot.replies.titles import title

INTENT = "bind_account"
LET_IN, PUT_OUT, OTHERS_OUT = "let_in", "put_out", "others_out"
KEY = "binding"
TAIL = 4


def chosen(turn: Turn) -> str:
    """What one of our own options asked for."""
    return turn.entities.get("answer", "") if turn.intent == INTENT else ""


def phone_card() -> PhoneChangeOffice:
    return PhoneChangeOffice(options=[human_check()])


def carried_out(turn: Turn, wish: Wish, proof: VerifiedAccount) -> Card:
    """Of a proved account. Whoever may not do it is refused by the door itself."""
    choice = chosen(turn)
    if choice.startswith(PUT_OUT):
        return _put_out(turn, proof, int(choice.removeprefix(PUT_OUT)))
    if choice == OTHERS_OUT:
        return _others_out(turn, proof)
    if wish == "put_out":
        return _let_in_so_far(house().identity.consents.current(proof))
    if wish == "leave":
        return _leave(turn, proof)
    options = [_choice(LET_IN)] if proof.grant.whole else []
    return bind(turn, proof, [*options, human_check()])


def _others_out(turn: Turn, proof: VerifiedAccount) -> OthersUnbound:
    """All bindings but that of the address the customer writes from."""
    channel, own = address_of(turn) or ("web", None)
    key = turn.request_key(OTHERS_OUT)
    count = house().identity.bindings.unbind_others(proof, channel, own, request_key=key)
    return OthersUnbound(account_no=proof.account_no, count=count)


def _put_out(turn: Turn, proof: VerifiedAccount, consent_id: int) -> ConsentEnded:
    consents = house().identity.consents
    consent = consents.one(proof, consent_id)
    consents.end(proof, consent.id, turn.request_key(KEY))
    return ConsentEnded(tail=consent.phone[-TAIL:], role=consent.role, options=[human_check()])


def _leave(turn: Turn, proof: VerifiedAccount) -> Card:
    """A guest gives up the consent; a holder has only this conversation's proof to give up."""
    if proof.grant.whole:
        return unbind(turn)
    house().identity.consents.leave(proof, turn.request_key(KEY))
    return ConsentEnded(tail="", role=proof.grant.role)


def _let_in_so_far(consents: list[Consent]) -> Consents:
    items = [ConsentItem(tail=c.phone[-TAIL:], role=c.role, name=c.name, until=c.ends_on) for c in consents]
    options = [
        Option(
            title=title("put_out", tail=consent.phone[-TAIL:], role=title(f"role_{consent.role}")),
            intent=INTENT,
            entities={"answer": f"{PUT_OUT}{consent.id}"},
        )
        for consent in consents
    ]
    return Consents(consents=items, options=[*options, _choice(OTHERS_OUT), human_check()])


def _choice(key: str) -> Option:
    return option(key, INTENT, answer=key)
