"""Asking for somebody to come, for a change, for a complaint: what each kind of ticket needs, step by step."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from actions.forms import Step
from actions.house import house
from actions.records import proof_of
from actions.service_asks import NOTHING, Asked, ask_for, read_phone, read_place
from actions.turn import Turn
from bot.replies.cards import Card

KIND, PLACE, DETAIL, PHONE = "service_kind", "service_place", "service_detail", "service_phone"
SLOTS = (PLACE, DETAIL, PHONE)
HAZARD, THEFT, COMPLAINT = "hazard", "theft", "complaint"
KINDS = {
    "request_repair": "repair",
    "request_meter_test": "meter_test",
    "request_new_connection": "new_connection",
    "request_capacity_change": "capacity_change",
    "request_contract_change": "contract_change",
    "request_site_test": "site_test",
    "make_complaint": COMPLAINT,
    "report_theft": THEFT,
}
NEEDS: dict[str, tuple[str, ...]] = {
    "repair": (PLACE, DETAIL, PHONE),
    "meter_test": (PLACE, PHONE),
    "new_connection": (PLACE, DETAIL, PHONE),
    "capacity_change": (PLACE, DETAIL, PHONE),
    "contract_change": (PLACE, DETAIL, PHONE),
    "site_test": (PLACE, DETAIL, PHONE),
    COMPLAINT: (DETAIL, PHONE),
    THEFT: (PLACE, DETAIL, PHONE),
    HAZARD: (PLACE,),
}
ASKS: dict[str, Asked] = {PLACE: "place", DETAIL: "detail", PHONE: "phone"}
# An opening this long says what it is about; a shorter one only names the service.
SAYS_ENOUGH = 12
# Where the proved account is, is not where these are about, nor may they be tied to it.
NOT_OF_THE_ACCOUNT = frozenset({"new_connection", THEFT, COMPLAINT, HAZARD})


@dataclass(frozen=True)
class Filled:
    """The kind and its values. None: not asked yet; empty: not needed, or not given."""

    kind: str
    values: dict[str, str | None]

    @classmethod
    def of(cls, tracker: Tracker) -> "Filled":
        return cls(tracker.get_slot(KIND) or "repair", {slot: tracker.get_slot(slot) for slot in SLOTS})

    @property
    def next(self) -> str | None:
        return next((slot for slot in SLOTS if self.values[slot] is None), None)

    def having(self, slot: str, value: str | None) -> "Filled":
        return Filled(self.kind, {**self.values, slot: value})

    def step(self, *, quiet: bool = False) -> Step:
        slots: dict[str, Any] = {KIND: self.kind, **self.values}
        if self.next is None:
            return Step(None, slots, finished=True)
        return Step(None if quiet else ask_for(ASKS[self.next], self.kind), slots)


def begin(turn: Turn, tracker: Tracker) -> Step:
    """What the opening already tells is not asked. The place of a danger has been asked with its safety words."""
    kind = KINDS.get(turn.intent) or tracker.get_slot(KIND) or "repair"
    needed = NEEDS[kind]
    filled = Filled(kind, {slot: None if slot in needed else NOTHING for slot in SLOTS})
    if kind == HAZARD:
        return filled.step(quiet=True)
    filled = _from_words(filled, turn)
    return _from_account(filled, turn).step()


def take(turn: Turn, tracker: Tracker) -> Step:
    filled = Filled.of(tracker)
    asked = filled.next or PHONE
    if wants_another(turn, filled.kind) and asked == PHONE:
        return filled.having(PHONE, NOTHING).step()
    if wants_another(turn, filled.kind) and asked == PLACE:
        return begin(turn, tracker)
    value = _read(asked, turn)
    if value is None:
        return Step(ask_for(ASKS[asked], filled.kind, again=True), {KIND: filled.kind}, unreadable=True)
    return filled.having(asked, value).step()


def wants_another(turn: Turn, kind: str) -> bool:
    """The message asks for another service. Where only the phone is missing, the first ticket is still opened."""
    return KINDS.get(turn.intent, kind) != kind


def open_question(tracker: Tracker) -> Card:
    filled = Filled.of(tracker)
    return ask_for(ASKS[filled.next or PHONE], filled.kind)


def _read(asked: str, turn: Turn) -> str | None:
    if asked == PLACE:
        return read_place(turn)
    if asked == PHONE:
        return read_phone(turn)
    return NOTHING if turn.intent in ("dont_know", "deny") else turn.text.strip() or None


def _from_words(filled: Filled, turn: Turn) -> Filled:
    told = {PLACE: turn.entities.get("address"), PHONE: turn.entities.get("phone")}
    if len(turn.text.strip()) >= SAYS_ENOUGH:
        told[DETAIL] = turn.text.strip()
    for slot, value in told.items():
        if value and filled.values[slot] is None:
            filled = filled.having(slot, value)
    return filled


def _from_account(filled: Filled, turn: Turn) -> Filled:
    """Whoever proved an account has told where it is, and can be reached by the phone it was proved with."""
    proof = None if filled.kind in NOT_OF_THE_ACCOUNT else proof_of(turn)
    if proof is None:
        return filled
    location = house().identity.location(proof)
    if filled.values[PLACE] is None and location is not None:
        filled = filled.having(PLACE, location.address)
    return filled.having(PHONE, filled.values[PHONE] or NOTHING)
