"""Proving an account, one customer message at a time: which number, which code, which of several accounts.

The only value that reaches a slot is the number the customer typed; that it was proved is known to the database alone.
"""

from typing import Literal

from actions.forms import Step
from actions.house import house
from actions.no_account import NO_ACCOUNT, bereaved_card, way_on
from actions.options import answering, human_check
from actions.turn import Turn
from actions.which_account import account_title
from bot.errors import NotAllowed, RateLimited, Unavailable
from bot.identity.codes import VALID_MINUTES
from bot.identity.reading import read_code, read_identifier, says_not_received, says_number_unknown, says_send_again
from bot.identity.service import Checked
from bot.identity.wishes import says_bereaved
from bot.language.answers import read_ordinal
from bot.replies.cards import Card, Option
from bot.replies.cards.identity import (
    AccountChoose,
    CodeLimited,
    CodeNotReceived,
    CodeRefused,
    CodeSent,
    IdentifierAsk,
    PhoneChangeOffice,
    RecordsUnavailable,
)

ENTITIES = ("account_no", "phone", "meter_no")
NOT_RECEIVED, SEND_AGAIN, OTHER_NUMBER, OFFICE, ACCOUNT = (
    "code_not_received",
    "send_code_again",
    "other_number",
    "office_change",
    "account",
)
Refusal = Literal["wrong", "expired", "used_up", "unreadable"]


def typed_number(turn: Turn) -> str | None:
    """The number in a message that can say who somebody is: an entity found in it, or what the words read as."""
    words = " ".join(turn.entities[name] for name in ENTITIES if name in turn.entities)
    identifier = read_identifier(words) or read_identifier(turn.text)
    return identifier.digits if identifier else None


def says_nothing_to_prove(turn: Turn) -> bool:
    """Neither a number, nor a code, nor a choice: only a question."""
    return typed_number(turn) is None and read_code(turn.text) is None and "answer" not in turn.entities


def says_it_is_lost(turn: Turn) -> bool:
    """The number is not known, or the phone it belonged to is gone."""
    return turn.intent == "dont_know" or says_number_unknown(turn.text) or says_not_received(turn.text)


def open_question(turn: Turn, number_given: bool) -> Card:
    """What the form waits for, said again."""
    choices = house().identity.choices(turn.conversation_id)
    if number_given and choices:
        return _choices_card(choices)
    return _sent_card() if number_given else identifier_card()


def ask_number(turn: Turn, *, opening: bool) -> Step:
    """The first step: a number is taken from the message, or asked for."""
    number = typed_number(turn)
    if number is not None:
        return _send(turn, number, again=False)
    elsewhere = way_on(turn, opening=opening)
    if elsewhere is not None:
        return elsewhere
    unreadable = not (opening or says_it_is_lost(turn))
    return Step(identifier_card(unreadable), unreadable=unreadable)


def identifier_card(unreadable: bool = False) -> IdentifierAsk:
    return IdentifierAsk(unreadable=unreadable, options=[answering(NO_ACCOUNT), human_check()])


def take_code(turn: Turn, number: str) -> Step:
    """The second step: a code, a choice, another number, or a word that it never came."""
    chosen = turn.entities.get("answer", "")
    if says_bereaved(turn.text):
        return Step(bereaved_card(), left=True)
    if house().identity.choices(turn.conversation_id) and read_code(turn.text) is None:
        return _choose(turn, chosen)
    if chosen == OTHER_NUMBER:
        return Step(identifier_card(), {"verify_identifier": None})
    if chosen == OFFICE:
        return Step(PhoneChangeOffice(options=[answering(OTHER_NUMBER), human_check()]))
    if chosen == SEND_AGAIN or says_send_again(turn.text) or _agrees_to_another(turn):
        return _send(turn, number, again=True)
    if chosen == NOT_RECEIVED or turn.intent == "dont_know" or says_not_received(turn.text):
        return Step(CodeNotReceived(options=[answering(OTHER_NUMBER), human_check(), answering(OFFICE)]))
    return _try(turn)


def _agrees_to_another(turn: Turn) -> bool:
    """A yes, after being told that the code is void and asked whether to send another."""
    return turn.intent == "affirm" and not house().identity.awaits_code(turn.conversation_id)


def _send(turn: Turn, number: str, *, again: bool) -> Step:
    try:
        house().identity.request_code(turn.conversation_id, number, turn.request_key("code"))
    except RateLimited as limited:
        minutes = -(-limited.retry_after // 60)
        return Step(CodeLimited(minutes=minutes, options=[human_check()]))
    except Unavailable:
        return Step(records_unavailable())
    return Step(_sent_card(again), {"verify_identifier": number})


def records_unavailable() -> RecordsUnavailable:
    return RecordsUnavailable(options=[human_check()])


def _sent_card(again: bool = False) -> CodeSent:
    return CodeSent(minutes=VALID_MINUTES, again=again, options=[answering(NOT_RECEIVED)])


def _try(turn: Turn) -> Step:
    code = read_code(turn.entities.get("code", "")) or read_code(turn.text)
    if code is None:
        other = typed_number(turn)
        return _send(turn, other, again=False) if other else _refused("unreadable")
    checked = house().identity.check_code(turn.conversation_id, code, turn.request_key("try"))
    if checked.outcome == "verified":
        return Step(finished=True)
    if checked.outcome == "choose":
        return Step(_choices_card(checked.choices))
    return _refusal(checked)


def _refusal(checked: Checked) -> Step:
    if checked.outcome == "wrong":
        return _refused("wrong", checked.tries_left)
    return _refused("used_up" if checked.outcome == "used_up" else "expired")


def _refused(reason: Refusal, tries_left: int = 0) -> Step:
    options = [answering(NOT_RECEIVED)] if reason in ("wrong", "unreadable") else []
    card = CodeRefused(reason=reason, tries_left=tries_left, options=[*options, answering(SEND_AGAIN), human_check()])
    return Step(card, unreadable=reason == "unreadable")


def _choose(turn: Turn, chosen: str) -> Step:
    """One of several accounts: by an option, by "the second", by its number, or by what it is ("the shop's")."""
    choices = house().identity.choices(turn.conversation_id)
    number = typed_number(turn)
    if house().identity.turn_to(turn.conversation_id, turn.text).said == "one":
        return Step(finished=True)
    if number in choices:
        place: int | None = choices.index(number)
    elif chosen.removeprefix(ACCOUNT).isdigit():
        place = int(chosen.removeprefix(ACCOUNT)) - 1
    else:
        place = read_ordinal(turn.text, len(choices))
    if place is None or not 0 <= place < len(choices):
        return Step(_choices_card(choices, unreadable=True), unreadable=True)
    try:
        house().identity.choose(turn.conversation_id, place + 1)
    except NotAllowed:
        return _refused("expired")
    return Step(finished=True)


def _choices_card(choices: tuple[str, ...], *, unreadable: bool = False) -> AccountChoose:
    options = [
        Option(title=account_title(account_no), intent="inform", entities={"answer": f"{ACCOUNT}{number}"})
        for number, account_no in enumerate(choices, 1)
    ]
    return AccountChoose(unreadable=unreadable, options=options)
