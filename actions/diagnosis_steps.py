"""One diagnosis, one customer message at a time. How far it is travels as plain data in the dialogue's slot."""

from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker

from actions.forms import Step
from actions.house import house
from actions.options import option
from actions.records import NUMBERS, Whereabouts, cut_off, outage_card, proof_of, whereabouts
from actions.service_asks import ask_for, read_phone, read_place
from actions.turn import Turn
from bot.diagnosis import Case, Question
from bot.fieldwork import safety_card
from bot.fieldwork.levels import Area
from bot.identity import VerifiedAccount
from bot.language import HazardAssessment, assess, load_safety
from bot.outages import OutageNews
from bot.replies.cards import Card, Option
from bot.replies.cards import diagnosis as cards
from bot.replies.titles import title

ANSWER, SYMPTOM, STATE = "diagnosis_answer", "diagnosis_symptom", "diagnosis_state"
NO_POWER = "no_power"
OPENERS = {
    "report_no_power": NO_POWER,
    "report_tripping": "tripping",
    "report_voltage_problem": "voltage",
    "report_meter_fault": "meter_fault",
}
# The value of the entity `answer` that asks for somebody to come, and of a question nobody can answer.
SEND, UNKNOWN = "send", "unknown"
VISITS = ("crew", "verify")
HURRY = "urge_ticket"


@dataclass(frozen=True)
class Progress:
    """The case, and what a ticket of it will need. None: not asked yet; empty: asked, and not given.

    `told`: an outage on record explained it. `cut`: the proved account is cut for money owed.
    """

    case: Case
    opening: str = ""
    account_no: str | None = None
    place: str | None = None
    area: Area | None = None
    phone: str | None = None
    told: bool = False
    cut: bool = False

    @classmethod
    def of(cls, tracker: Tracker) -> "Progress":
        state = dict(tracker.get_slot(STATE) or {})
        return cls(**{**state, "case": Case.model_validate(state["case"])})

    def dump(self) -> dict[str, Any]:
        return {**self.__dict__, "case": self.case.dump()}

    def step(self, card: Card | None, **more: Any) -> Step:
        return Step(card, {STATE: self.dump(), SYMPTOM: self.case.symptom, **more.pop("slots", {})}, **more)


def begin(turn: Turn, tracker: Tracker) -> Step:
    """The first message: its facts, then the records, then the first question."""
    symptom = OPENERS.get(turn.intent) or tracker.get_slot(SYMPTOM) or NO_POWER
    case = house().diagnosis.begin(symptom, turn.text)
    if _no_questions(turn, symptom, tracker.get_slot(STATE)):
        case = case.model_copy(update={"force_ticket": True})
    proof = proof_of(turn)
    where = whereabouts(turn, turn.text, proof)
    area: Any = where.area
    progress = Progress(case, opening=turn.text, area=area, **_known_place(turn, proof, where))
    danger = assess(turn.text)
    if danger.kind is not None and progress.place is None:
        return _in_danger(turn, progress, danger)
    told = None if case.force_ticket else _on_record(progress, where.outages, proof)
    return told or _go_on(progress)


def take(turn: Turn, progress: Progress) -> Step:
    """An answer to the open question, whichever of the questions it is."""
    if turn.intent in ("request_repair", HURRY) or turn.entities.get("answer") == SEND:
        return _go_on(replace(progress, case=progress.case.model_copy(update={"force_ticket": True})))
    if progress.case.open is not None and not progress.case.force_ticket:
        return _take_answer(turn, progress)
    return _take_place(turn, progress) if progress.place is None else _take_phone(turn, progress)


def open_question(progress: Progress) -> Card:
    """The question that waits, asked again."""
    if progress.case.open is not None and not progress.case.force_ticket:
        return _question_card(house().diagnosis.open_question(progress.case))
    kind = house().diagnosis.conclude(progress.case).outcome.ticket_kind
    return ask_for("place" if progress.place is None else "phone", kind)


def report_no_power(turn: Turn, key: str, progress: Progress) -> None:
    """Keeps where somebody is without power, so that reports of one place can be put together."""
    points = house().outages.places.of_account(progress.account_no) if progress.account_no else []
    house().outages.report_no_power(
        turn.conversation_id,
        request_key=key,
        point=points[0] if points else None,
        place=progress.place or "",
        neighbours=progress.case.answers.get("neighbours"),
    )


def _take_answer(turn: Turn, progress: Progress) -> Step:
    case = house().diagnosis.take(progress.case, turn.text, _chosen(turn, progress.case))
    if case is None and turn.intent == "dont_know":
        case = house().diagnosis.take(progress.case, turn.text, UNKNOWN)
    place = _place_said(turn)
    phone = turn.entities.get("phone")
    if case is None and place is None and phone is None:
        again = _question_card(house().diagnosis.open_question(progress.case), again=True)
        return progress.step(again, unreadable=True)
    answered = replace(progress, case=case or progress.case, phone=progress.phone or phone)
    return _go_on(answered) if place is None or progress.place else _placed(turn, answered, place)


def _take_place(turn: Turn, progress: Progress) -> Step:
    place = read_place(turn)
    if place is None:
        return progress.step(ask_for("place", _kind(progress), again=True), unreadable=True)
    return _placed(turn, progress, place)


def _placed(turn: Turn, progress: Progress, place: str) -> Step:
    """Now it is known where: what is on record there, else on with the questions."""
    where = whereabouts(turn, place, None)
    area: Any = where.area or progress.area
    known = replace(progress, place=place, area=area, account_no=_account_of(where) or progress.account_no)
    told = None if progress.case.force_ticket else _on_record(known, where.outages, None)
    return told or _go_on(known)


def _place_said(turn: Turn) -> str | None:
    """An address or a number told in passing. A number nobody has is taken like any other."""
    if any(name in turn.entities for name in ("address", *NUMBERS)):
        return turn.text.strip()
    where = whereabouts(turn, turn.text, None)
    return turn.text.strip() if where.known or where.outages else None


def _account_of(where: Whereabouts) -> str | None:
    return where.points[0].account_no if where.points else None


def _take_phone(turn: Turn, progress: Progress) -> Step:
    phone = read_phone(turn)
    if phone is None:
        return progress.step(ask_for("phone", _kind(progress), again=True), unreadable=True)
    return _go_on(replace(progress, phone=phone))


def _go_on(progress: Progress) -> Step:
    """The next question, or the end. Before somebody is sent, where and how to reach them is asked."""
    following = house().diagnosis.ask(progress.case)
    if following is not None:
        case, question = following
        return replace(progress, case=case).step(_question_card(question))
    if house().diagnosis.conclude(progress.case).outcome.do in VISITS:
        if progress.place is None:
            return progress.step(ask_for("place", _kind(progress)))
        if progress.phone is None:
            return progress.step(ask_for("phone", _kind(progress)))
    return progress.step(None, finished=True)


def _in_danger(turn: Turn, progress: Progress, danger: HazardAssessment) -> Step:
    """A ventilator, a lift, a neutral gone: the safety words ask for the place, as the guard has said them already."""
    kind = danger.kind or UNKNOWN
    ticket = house().fieldwork.open_hazard_ticket(turn.conversation_id, kind, danger.flags, turn.text, turn.message_id)
    return progress.step(safety_card(kind, ticket.no))


def _on_record(progress: Progress, outages: list[OutageNews], proof: VerifiedAccount | None) -> Step | None:
    """A known outage explains it, unless the neighbours have power; a cut-off is spoken of to its holder alone."""
    if progress.case.symptom != NO_POWER:
        return None
    if cut_off(proof):
        return replace(progress, cut=True).step(None, finished=True)
    now = [news for news in outages if news.under_way]
    if not now or progress.case.answers.get("neighbours") == "only_us":
        return None
    options = [Option(title=title("still_broken"), intent="report_no_power", entities={"answer": SEND})]
    return replace(progress, told=True).step(outage_card(now, reported=True, options=options), finished=True)


def _known_place(turn: Turn, proof: VerifiedAccount | None, where: Whereabouts) -> dict[str, Any]:
    """Whoever proved an account has told where it is; what is not known is asked."""
    if proof is None:
        place = next((turn.entities[name] for name in ("address", *NUMBERS) if name in turn.entities), None)
        return {"account_no": _account_of(where), "place": place, "phone": turn.entities.get("phone")}
    location = house().identity.location(proof)
    return {"account_no": proof.account_no, "place": location.address if location else None, "phone": ""}


def _no_questions(turn: Turn, symptom: str, state: Any) -> bool:
    """Somebody comes at once: asked for, advised in vain before, or somebody is in danger (a ventilator, a lift)."""
    tried = isinstance(state, dict) and state.get("tried") == symptom
    return tried or turn.entities.get("answer") == SEND or assess(turn.text).kind is not None


def _chosen(turn: Turn, case: Case) -> str | None:
    """The answer of a chosen option, if it belongs to the open question."""
    name, _, answer = turn.entities.get("answer", "").partition(":")
    return answer if answer and name == case.open else None


def _question_card(question: Question, *, again: bool = False) -> Card:
    options = [
        Option(title=words, intent="inform", entities={"answer": f"{question.id}:{answer}"})
        for answer, words in question.choices
    ]
    options.append(option("dont_know", "dont_know", answer=f"{question.id}:{UNKNOWN}"))
    warnings = [
        cards.DangerWarning(title=load_safety()[danger].title, first=dict(load_safety()[danger].text))
        for danger in question.warnings
    ]
    return cards.Question(id=question.id, ask=question.ask, warnings=warnings, again=again, options=options)


def _kind(progress: Progress) -> str:
    return house().diagnosis.conclude(progress.case).outcome.ticket_kind
