"""Binding an account to the address the customer writes from, and giving it up."""

from actions.house import house
from actions.turn import Turn
from bot.conversations.joining import VALID_MINUTES
from bot.identity import VerifiedAccount
from bot.identity.reading import read_identifier
from bot.replies.cards import Card, Option
from bot.replies.cards.customers import Binding, Bound, NotBound, UnbindAsk, Unbound
from bot.replies.cards.identity import ProofEnded
from bot.replies.titles import title

BINDABLE = "wechat"
TAIL = 4


def address_of(turn: Turn) -> tuple[str, str] | None:
    """Channel and address, where an account may be bound to it."""
    channel, address = house().conversations.reached_by(turn.conversation_id)
    return (channel, address) if channel == BINDABLE and address else None


def bind(turn: Turn, proof: VerifiedAccount, options: list[Option]) -> Card:
    """Bound in WeChat; on the web what this conversation has proved, and a code that leads to WeChat."""
    address = address_of(turn)
    if address is not None:
        key = turn.request_key("bind")
        house().identity.bindings.bind(*address, proof.account_no, proof, request_key=key)
        return Bound(account_no=proof.account_no, options=options)
    code = _join_code(turn)
    return Binding(
        account_no=proof.account_no,
        until=proof.expires_at,
        whole=proof.grant.whole,
        join_code=code,
        join_minutes=VALID_MINUTES if code else 0,
        options=options,
    )


def _join_code(turn: Turn) -> str:
    """On the web alone, and only where there is a WeChat to go on in."""
    channel, _ = house().conversations.reached_by(turn.conversation_id)
    if channel != "web" or not house().has_wechat:
        return ""
    return house().joining.offer(turn.conversation_id, turn.request_key("join"))


def unbind(turn: Turn) -> Card:
    """Giving up needs no code: what is bound to the address, else what this conversation has proved."""
    address = address_of(turn)
    if address is None:
        house().identity.forget(turn.conversation_id)
        return ProofEnded()
    return _unbind_from(turn, *address)


def _unbind_from(turn: Turn, channel: str, address: str) -> Card:
    """The one that is bound, or the one named; of several, which."""
    bound = [proof.account_no for proof in house().identity.bindings.accounts_of(channel, address)]
    said = read_identifier(turn.entities.get("account_no", "")) or read_identifier(turn.text)
    meant = [account_no for account_no in bound if said is None or account_no == said.digits]
    if not meant:
        return NotBound()
    if len(meant) > 1:
        return UnbindAsk(options=[_option(account_no) for account_no in meant])
    house().identity.bindings.unbind(channel, address, meant[0], request_key=turn.request_key("unbind"))
    return Unbound(account_nos=meant)


def _option(account_no: str) -> Option:
    named = title("unbind_choice", tail=account_no[-TAIL:])
    return Option(title=named, intent="bind_account", entities={"account_no": account_no})
