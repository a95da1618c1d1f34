"""Letting somebody else in: whose phone, as what, until when, and once more whether it is meant."""

from datetime import date, timedelta
from typing import Any, Literal

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Events, Step, TaskForm, leave_form
from actions.house import house
from actions.names import CONSENT_FORM, REQUESTED_SLOT
from actions.options import answering, option
from actions.turn import Turn, answer
from bot.clock import local_day
from bot.errors import Conflict, InvalidInput, NotAllowed
from bot.identity.consents import Guest
from bot.identity.grants import ROLES
from bot.identity.reading import read_identifier
from bot.identity.wishes import read_role
from bot.language import read_yes_no
from bot.language.until import read_until
from bot.replies.cards import Card, Option
from bot.replies.cards.identity import LetInAsk, LetInDone, LetInRefused
from bot.replies.titles import title

PHONE, ROLE, UNTIL, SURE = "consent_phone", "consent_role", "consent_until", "consent_sure"
SLOTS = (PHONE, ROLE, UNTIL, SURE)
NO_END = "no_end"
SPANS = {"half_year": 182, "one_year": 365}
Asked = Literal["phone", "role", "until", "sure"]
ASKED: dict[str, Asked] = {PHONE: "phone", ROLE: "role", UNTIL: "until", SURE: "sure"}
YES, NO = "yes", "no"
TAIL = 4


def begin_with(words: str) -> Events:
    """Opens the form; who is to be let in is taken from the words, where they say it."""
    return [SlotSet(ROLE, read_role(words)), FollowupAction(CONSENT_FORM)]


class ValidateConsentForm(TaskForm):
    """Four short questions; what the holder has said already is not asked."""

    form = CONSENT_FORM
    slots = SLOTS
    triggers = frozenset({"bind_account"})
    goes_on = "action_consent_done"

    def begin(self, turn: Turn, tracker: Tracker) -> Step:
        known = {PHONE: None, ROLE: tracker.get_slot(ROLE), UNTIL: None, SURE: None}
        return Step(_ask(PHONE, known), known)

    def take(self, turn: Turn, tracker: Tracker) -> Step:
        slot = str(tracker.get_slot(REQUESTED_SLOT))
        values: dict[str, Any] = {name: tracker.get_slot(name) for name in SLOTS}
        value = _read(slot, turn)
        if value is None:
            return Step(_ask(slot, values, unreadable=True), unreadable=True)
        values[slot] = value
        following = next((name for name in SLOTS if values[name] is None), None)
        if following is None:
            return Step(None, {slot: value}, finished=True)
        return Step(_ask(following, values), {slot: value})

    def question(self, turn: Turn, tracker: Tracker) -> Card:
        return _ask(str(tracker.get_slot(REQUESTED_SLOT)), {name: tracker.get_slot(name) for name in SLOTS})


class ActionConsentDone(Action):
    """Gives the consent, if it is still the holder who speaks."""

    def name(self) -> str:
        return "action_consent_done"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        answer(dispatcher, _given(turn, {name: str(tracker.get_slot(name)) for name in SLOTS}, self.name()))
        return leave_form(SLOTS)


def _given(turn: Turn, values: dict[str, str], action: str) -> Card:
    if values[SURE] != YES:
        return LetInRefused(reason="dropped")
    until = None if values[UNTIL] == NO_END else date.fromisoformat(values[UNTIL])
    guest = Guest(values[PHONE], values[ROLE], ends_on=until)
    try:
        proof = house().identity.access_account(turn.conversation_id)
        house().identity.consents.let_in(proof, guest, turn.request_key(action))
    except NotAllowed:
        return LetInRefused(reason="not_verified", options=[option("human", "request_human")])
    except (Conflict, InvalidInput) as refused:
        return LetInRefused(reason=refused.code, options=[option("human", "request_human")])
    return LetInDone(tail=guest.phone[-TAIL:], role=guest.role, until=until)


def _read(slot: str, turn: Turn) -> str | None:
    chosen = turn.entities.get("answer", "")
    if slot == PHONE:
        identifier = read_identifier(turn.entities.get("phone") or turn.text)
        return identifier.digits if identifier is not None and identifier.kind == "phone" else None
    if slot == ROLE:
        return chosen.removeprefix("role_") if chosen.removeprefix("role_") in ROLES else read_role(turn.text)
    if slot == UNTIL:
        return _read_until(chosen, turn.text)
    return _read_sure(turn)


def _read_until(chosen: str, text: str) -> str | None:
    """An offered span, or a day to come, as ISO; `no_end` where it is to last."""
    if chosen == NO_END:
        return NO_END
    today = local_day(house().clock.now())
    if chosen in SPANS:
        return (today + timedelta(days=SPANS[chosen])).isoformat()
    until = read_until(text, today)
    return until.isoformat() if until else None


def _read_sure(turn: Turn) -> str | None:
    said = read_yes_no(turn.text)
    if turn.intent in ("affirm", "deny"):
        said = "yes" if turn.intent == "affirm" else "no"
    return {"yes": YES, "no": NO}.get(said or "")


def _ask(slot: str, values: dict[str, Any], *, unreadable: bool = False) -> LetInAsk:
    until = values[UNTIL]
    return LetInAsk(
        asked=ASKED[slot],
        unreadable=unreadable,
        tail=str(values[PHONE] or "")[-TAIL:],
        role=values[ROLE],
        until=date.fromisoformat(until) if until and until != NO_END else None,
        options=_options(slot),
    )


def _options(slot: str) -> list[Option]:
    if slot == ROLE:
        return [answering(f"role_{role}") for role in ROLES]
    if slot == UNTIL:
        return [answering(name) for name in (*SPANS, NO_END)]
    if slot == SURE:
        return [Option(title=title("yes"), intent="affirm"), Option(title=title("no"), intent="deny")]
    return []
