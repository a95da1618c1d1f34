"""The hazard guard: is somebody in danger now? A pure function over one message, asked of every message.

What is looked for, and what only looks like it, is written in `data/lexicon/hazard.yml`; here is how it is applied.
A false alarm costs a safety card and a look by the desk, a miss may cost a life.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.language.hazard_lexicon import HazardLexicon, Rule, hazard_lexicon
from bot.language.normalise import normalise

# Most urgent first: the first kind found names the card.
KINDS = (
    "shock",
    "object_on_line",
    "flood",
    "wire_down",
    "box_smoke",
    "pole",
    "fire",
    "tingle",
    "neutral_fault",
    "gas",
    "trapped",
    "life_support",
)
FLAGS = frozenset({"life_support", "trapped", "appliance_damage", "vulnerable", "crowd"})
# These get their safety card, yet what the customer reports is something else (labelling: no power, voltage, other).
_NOT_REPORTS = frozenset({"neutral_fault", "gas", "trapped", "life_support"})

_SENTENCE_MARKS = re.compile(r"[.!?;~\n…]+(?!\d)")
_CLAUSE_MARKS = re.compile(r"[,、:]+")
_KEPT = re.compile(r"[^\w,。]+|_+")
_SPELT = re.compile(r"(?:^|(?<=[,。]))(?:\w[,。]){2,}\w(?=$|[,。])")
_JOINED = re.compile(r"[,。]+")
_MARK = re.compile("[,。]")
# What a rule looks for that far behind may stand in another clause.
_ACROSS = 20
_PREFIX = 48


@dataclass(frozen=True)
class HazardAssessment:
    """`kind` names the safety card, `flags` what else matters, `matched` the words (of the view) that decided.

    `dismissed`: there are words of danger, and every one is denied, supposed, over or only asked about.
    """

    kind: str | None
    flags: frozenset[str]
    matched: tuple[str, ...]
    dismissed: bool = False

    @property
    def reports_hazard(self) -> bool:
        """Whether the message itself is a report of danger, not only one with a safety sentence to be said first."""
        return self.kind is not None and self.kind not in _NOT_REPORTS


SAFE = HazardAssessment(None, frozenset(), ())


@lru_cache(maxsize=1024)
def assess(text: str) -> HazardAssessment:
    """What danger the customer reports now, if any."""
    lexicon = hazard_lexicon()
    view = hazard_view(text, lexicon)
    hits: dict[str, list[str]] = {}
    dismissed = False
    for found, word, guarded in _hits(view, lexicon):
        dismissed = dismissed or guarded
        if not guarded:
            hits.setdefault(found, []).append(word)
    flags = frozenset(flag for flag, pattern in lexicon.flags.items() if pattern.search(view))
    flags |= FLAGS & hits.keys()
    if not hits and not flags and not dismissed:
        return SAFE
    kind = next((name for name in KINDS if name in hits), None)
    return HazardAssessment(kind, flags, tuple(hits.get(kind or "", ())), dismissed and not hits)


def hazard_view(text: str, lexicon: HazardLexicon) -> str:
    """The message without spaces and noise, marks reduced to "," and "。", misheard words put right."""
    plain = _SENTENCE_MARKS.sub("。", normalise(text))
    plain = _KEPT.sub("", _CLAUSE_MARKS.sub(",", plain))
    plain = _SPELT.sub(lambda run: _JOINED.sub("", run.group()), plain)
    if lexicon.homophone_sign.search(plain):
        for misheard, meant in lexicon.homophones:
            plain = misheard.sub(meant, plain)
    return lexicon.ignored.sub("＊", plain)


def _hits(view: str, lexicon: HazardLexicon) -> Iterator[tuple[str, str, bool]]:
    """Kind and words of what was found by each rule, and whether a guard takes it back."""
    for rule in lexicon.rules:
        for found in rule.say.finditer(view):
            if _about(rule, view, found):
                guarded = _guarded(rule, view, found, lexicon)
                yield rule.kind, found.group(), guarded
                if not guarded:
                    break


def _about(rule: Rule, view: str, found: re.Match[str]) -> bool:
    """Whether the thing the rule is about stands near enough, and what it asks for besides stands anywhere."""
    if rule.with_ and not rule.with_.search(view):
        return False
    if rule.about is None:
        return True
    start, end = found.span()
    if rule.before and rule.about.search(view[max(0, start - rule.before) : end]):
        return True
    behind = view[end : end + rule.after]
    return bool(rule.after and rule.about.search(behind if rule.after >= _ACROSS else _MARK.split(behind)[0]))


def _guarded(rule: Rule, view: str, found: re.Match[str], lexicon: HazardLexicon) -> bool:
    start, end = found.span()
    left = view.rfind("。", 0, start) + 1
    right = view.find("。", end)
    right = len(view) if right < 0 else right
    sentence = view[left:right]
    if rule.unless and rule.unless.search(sentence):
        return True
    if rule.unless_near and rule.unless_near.search(_MARK.split(view[max(left, start - 4) : start])[-1]):
        return True
    before, behind = view[max(left, start - _PREFIX) : start], view[end:]
    return (
        _denied(before, lexicon)
        or _told_otherwise(before, behind, lexicon)
        or _asked_as_rule(view, sentence, behind, lexicon)
    )


def _denied(before: str, lexicon: HazardLexicon) -> bool:
    guards = lexicon.guards
    return bool(guards["negated"].search(before[-12:]) or guards["feared"].search(before[-16:]))


def _told_otherwise(before: str, behind: str, lexicon: HazardLexicon) -> bool:
    """Supposed, over, put right, or seen elsewhere."""
    guards = lexicon.guards
    if guards["supposing"].search(before[-24:]) or guards["elsewhere"].search(before):
        return True
    return _was_then(before, behind, lexicon) or _put_right(behind, lexicon)


def _was_then(before: str, behind: str, lexicon: HazardLexicon) -> bool:
    guards = lexicon.guards
    past = guards["past"].search(before)
    if past is None or guards["another"].search(before, past.end()):
        return False
    return not guards["current"].search(before[past.end() :] + behind)


def _put_right(behind: str, lexicon: HazardLexicon) -> bool:
    guards = lexicon.guards
    done = guards["finished"].search(behind)
    if done is None or "没" in behind[: done.start()][-3:]:
        return False
    return not guards["again"].search(behind[done.end() :])


def _asked_as_rule(view: str, sentence: str, behind: str, lexicon: HazardLexicon) -> bool:
    """A question about responsibility, law or first aid, with nothing that says it is happening here."""
    guards = lexicon.guards
    if guards["urgent"].search(view):
        return False
    if guards["lesson"].search(behind) or guards["rule_question"].search(sentence):
        return True
    return len(view) <= 40 and bool(guards["rule_question"].search(behind))
