"""From probabilities to what the dialogue acts on: two needs in one message, danger first, and when to ask back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.language import assess

Ranking = list[tuple[str, float]]

URGENCY: dict[str, int] = {
    "report_hazard": 6,
    **dict.fromkeys(
        ["report_no_power", "report_tripping", "report_voltage_problem", "report_meter_fault", "check_outage"], 5
    ),
    **dict.fromkeys(
        [
            "request_repair",
            "request_meter_test",
            "request_new_connection",
            "request_capacity_change",
            "request_contract_change",
            "request_site_test",
            "check_ticket",
            "urge_ticket",
            "reschedule_ticket",
            "cancel_ticket",
            "make_complaint",
            "report_theft",
            "subscribe_outage",
        ],
        4,
    ),
    **dict.fromkeys(
        [
            "check_bill",
            "check_balance",
            "check_usage",
            "explain_high_bill",
            "check_payment",
            "pay_bill",
            "request_invoice",
            "check_account",
            "bind_account",
        ],
        3,
    ),
    "ask_policy": 2,
}
SMALL_TALK = {"greet", "goodbye", "thank", "affirm", "deny", "dont_know", "bot_challenge"}
MIN_CONFIDENCE = 0.7
MIN_MARGIN = 0.4
NEED_CONFIDENCE = 0.9
STORY = 40  # characters: in a longer message clauses tell what happened, and the whole says what is wanted
# Sentences, words that open another matter, and a comma before words that ask for something anew.
_CLAUSES = re.compile(r"[。?!;?!;\n]+|还有|另外|顺便|对了|[,,](?=再|还|也|然后|而且|并且|麻烦|帮|给我|我要|我想|先)")
_VALUE_ONLY = re.compile(r"[\d\s\-.]{5,}")


@dataclass(frozen=True)
class Judgement:
    """The ranking with the winner first, whether it is acted on, and the needs found in clauses of their own."""

    ranking: Ranking
    accepted: bool
    needs: tuple[str, ...]


def judge(text: str, rank: Callable[[Sequence[str]], list[Ranking]]) -> Judgement:
    """`rank` gives each text's intents with their probabilities, likeliest first."""
    danger = assess(text)
    if danger.reports_hazard:
        return Judgement(_led_by("report_hazard", rank([text])[0]), True, ("report_hazard",))
    if _VALUE_ONLY.fullmatch(text):
        return Judgement(_led_by("inform", rank([text])[0]), True, ())
    clauses = split_clauses(text)
    whole, *parts = rank([text, *clauses])
    if danger.dismissed:
        whole, *parts = [_without("report_hazard", ranking) for ranking in (whole, *parts)]
    needs = _needs(parts)
    if len(needs) > 1 and needs[0] != whole[0][0] and (len(text) <= STORY or not is_accepted(whole)):
        return Judgement(_led_by(needs[0], whole), True, needs)
    return Judgement(whole, is_accepted(whole), needs)


def is_accepted(ranking: Ranking) -> bool:
    """Sure enough to act: likely in itself and clearly ahead of the next."""
    best = ranking[0][1]
    return bool(best >= MIN_CONFIDENCE and best - ranking[1][1] >= MIN_MARGIN)


def split_clauses(text: str) -> list[str]:
    """The clauses of a message that has more than one."""
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if len(clause.strip()) >= 4]
    return clauses if len(clauses) > 1 else []


def _needs(parts: list[Ranking]) -> tuple[str, ...]:
    """What the clauses ask for, each once, the most urgent first, then in the order said."""
    found = [ranking[0][0] for ranking in parts if ranking[0][1] >= NEED_CONFIDENCE and ranking[0][0] in URGENCY]
    unique = list(dict.fromkeys(found))
    return tuple(sorted(unique, key=lambda intent: -URGENCY[intent]))


def _without(intent: str, ranking: Ranking) -> Ranking:
    """The ranking with this intent put last and its probability given to the others."""
    taken = dict(ranking)[intent]
    others = [(name, score / max(1 - taken, 1e-6)) for name, score in ranking if name != intent]
    return [*others, (intent, 0.0)]


def _led_by(intent: str, ranking: Ranking) -> Ranking:
    """The ranking with this intent put first at full confidence."""
    return [(intent, 1.0), *((name, score) for name, score in ranking if name != intent)]
